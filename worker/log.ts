/**
 * Logs as JSON lines. Nothing personal by construction: only fields from a short list are written, and of an error its class
 * and, if it is ours, its message, else its place in the program.
 */
import { pino, type DestinationStream } from 'pino';
import { ApplicationFailure } from '@temporalio/common';
import type { Logger as EngineLogger, LogLevel, LogMetadata } from '@temporalio/worker';
import { ApiError } from '../activities/errors.ts';
import { LedgerUnavailableError } from '../ledger/errors.ts';

export type LogFields = Record<string, unknown>;

export interface Log {
  debug: (words: string, fields?: LogFields) => void;
  info: (words: string, fields?: LogFields) => void;
  warn: (words: string, fields?: LogFields) => void;
  error: (words: string, fields?: LogFields) => void;
}

/** Ids of things, codes and numbers. Whatever is not here does not reach a log. */
const allowed = [
  'connection', 'integration', 'company', 'system', 'step', 'outcome', 'reason', 'queue', 'port', 'state', 'count', 'version', 'signal',
  'workflowId', 'runId', 'workflowType', 'activityId', 'activityType', 'attempt', 'taskQueue', 'namespace', 'durationMs', 'sdkComponent', 'isLocal',
] as const; // prettier-ignore

export function createLog(level: 'debug' | 'info' | 'warn' | 'error', destination?: DestinationStream): Log {
  const options = { level, base: { process: 'waybill' }, timestamp: () => `,"at":"${new Date().toISOString()}"` };
  const lines = destination === undefined ? pino(options) : pino(options, destination);
  return {
    debug: (words, fields) => lines.debug(safe(fields), words),
    info: (words, fields) => lines.info(safe(fields), words),
    warn: (words, fields) => lines.warn(safe(fields), words),
    error: (words, fields) => lines.error(safe(fields), words),
  };
}

function safe(fields: LogFields = {}): LogFields {
  const kept: LogFields = {};
  for (const name of allowed) {
    const value = fields[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
  }
  return fields['error'] === undefined ? kept : { ...kept, error: describe(fields['error']) };
}

function describe(error: unknown): LogFields {
  if (!(error instanceof Error)) return { class: typeof error };
  const isOurs = error instanceof ApplicationFailure || error instanceof ApiError || error instanceof LedgerUnavailableError;
  return {
    class: error instanceof ApplicationFailure ? (error.type ?? error.name) : error.name,
    // ours say in words where it happened; of others only the place is safe to write
    ...(isOurs ? { message: error.message } : { at: placesOf(error) }),
  };
}

/** The frames of the stack without its first line, which repeats the message. */
const placesOf = (error: Error): string[] => (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')).slice(0, 8).map((line) => line.trim()); // prettier-ignore

/** The engine's own log goes the same way; what it tells of its daily life is for debugging. */
export function engineLogger(log: Log): EngineLogger {
  const at = (level: LogLevel, message: string, meta?: LogMetadata): void => {
    if (level === 'ERROR') log.error(message, meta);
    else if (level === 'WARN') log.warn(message, meta);
    else log.debug(message, meta);
  };
  return {
    log: at,
    trace: (message, meta) => at('TRACE', message, meta),
    debug: (message, meta) => at('DEBUG', message, meta),
    info: (message, meta) => at('INFO', message, meta),
    warn: (message, meta) => at('WARN', message, meta),
    error: (message, meta) => at('ERROR', message, meta),
  };
}
