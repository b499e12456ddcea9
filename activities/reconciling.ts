/** Steps of a reconciliation that touch only the ledger (N6): what both sides said of an order is joined with what is remembered of it, and judged. */
import { heartbeat } from '@temporalio/activity';
import { z } from 'zod';
import type { NoteCode } from '../domain/outcome.ts';
import type { IntegrationRef, MarkedOrder } from '../domain/ports.ts';
import { judge, type Bounds, type LedgerView, type UnexplainedCode, type Verdict } from '../domain/reconcile.ts';
import type { SourceOrder, TargetReading } from '../domain/reconcile-orders.ts';
import { addUp, countOf, emptyReconciliation, type Reconciliation } from '../domain/reconciliation.ts';
import { skipReasons, type SkipReason } from '../domain/reasons.ts';
import type { Ledger, OrderRecord } from '../ledger/ledger.ts';
import { noteFindings, readAccepted, setReconciled } from '../ledger/reconciled.ts';

/** One order that nothing explains, as scripts show it. No personal data. */
export interface Finding {
  sourceId: string;
  /** the shop's number; empty where only the target knows the order */
  number: string;
  code: UnexplainedCode;
  targetId?: string;
  currency?: string;
  /** what it comes to on either side */
  source?: string;
  target?: string;
  words: string;
  /** of the state that an operator may accept */
  fingerprint?: string;
}

export interface BeginReconciliationInput {
  integration: IntegrationRef;
  /** how far back, where `since` does not say it */
  days: number;
  since?: string;
  graceMinutes: number;
}

/** Instants are ISO 8601 UTC but `startedAt`: ms of the ledger's clock, which also names the run. */
export interface ReconciliationWindow {
  from: string;
  until: string;
  settledBefore: string;
  startedAt: number;
}

export interface ComparePageInput {
  integration: IntegrationRef;
  window: ReconciliationWindow;
  page: string;
  /** what the target said of it */
  totals: string;
  /** the page before, whose orders may come again */
  previous?: string;
  /** how many pages were compared before */
  chunk: number;
}

export type ComparePageResult = { kind: 'expired' } | { kind: 'compared'; counted: Reconciliation };

const dayMs = 24 * 60 * 60_000;
const minuteMs = 60_000;
const outcomesOfOne = 50;

export function createReconcileActivities({ ledger }: { ledger: Ledger }) {
  return {
    /** Undefined: the integration is not connected, so there is nothing to compare. */
    async beginReconciliation({ integration, days, since, graceMinutes }: BeginReconciliationInput): Promise<ReconciliationWindow | undefined> {
      if ((await ledger.states.connected(integration.id)) === undefined) return undefined;
      const now = await ledger.clock.now();
      return { from: since ?? iso(now - days * dayMs), until: iso(now), settledBefore: iso(now - graceMinutes * minuteMs), startedAt: now };
    },

    /** Judges the orders of one page. Safe to repeat: the page's findings are written under its place in the run. */
    async comparePage(input: ComparePageInput): Promise<ComparePageResult> {
      const { page, totals, previous, integration } = input;
      const [stored, answered, before] = await Promise.all([ledger.pages.entries(page), ledger.pages.entries(totals), previous === undefined ? undefined : ledger.pages.entries(previous)]);
      if (stored === undefined || answered === undefined) return { kind: 'expired' };
      const seen = new Set(before?.entries.map(({ sourceId }) => sourceId));
      const sourceIds = stored.entries.map(({ sourceId }) => sourceId).filter((sourceId) => !seen.has(sourceId));
      const records = new Map((await ledger.records.findMany(integration.id, sourceIds)).map((record) => [record.sourceId, record]));
      const bounds: Bounds = { now: await ledger.clock.now(), settledBefore: input.window.settledBefore };
      let counted = emptyReconciliation();
      const findings: Finding[] = [];
      for (const sourceId of sourceIds) {
        heartbeat();
        const source = await read(ledger, page, sourceId, sourceOrderSchema);
        if (source === undefined) return { kind: 'expired' };
        const record = records.get(sourceId);
        const verdict = judge(source, record && (await viewOf(ledger, record)), await read(ledger, totals, sourceId, readingSchema), bounds);
        counted = addUp(counted, countOf(source, verdict));
        if (verdict.kind === 'unexplained') findings.push(findingOf(source, verdict, record));
      }
      await noteFindings(ledger, integration.id, { startedAt: input.window.startedAt, chunk: input.chunk }, findings);
      return { kind: 'compared', counted };
    },

    /** Which orders stand in the target under our mark and should not. Safe to repeat. */
    async compareMarked({ integration, window, marked, chunk }: { integration: IntegrationRef; window: ReconciliationWindow; marked: MarkedOrder[]; chunk: number }): Promise<Reconciliation> {
      const records = new Map((await ledger.records.findMany(integration.id, marked.map(({ sourceId }) => sourceId))).map((record) => [record.sourceId, record]));
      const strays = marked.flatMap((order): Finding[] => {
        const record = records.get(order.sourceId);
        const code = strayCode(record, order.targetId, window.startedAt);
        return code === undefined ? [] : [{ ...order, number: record?.number ?? '', code, words: record?.targetId ? `ours is ${record.targetId}` : '' }];
      });
      await noteFindings(ledger, integration.id, { startedAt: window.startedAt, chunk }, strays);
      const counts: Record<string, number> = {};
      for (const { code } of strays) counts[code] = (counts[code] ?? 0) + 1;
      return { ...emptyReconciliation(), inTarget: marked.length, strays: counts };
    },

    /** The result takes the place of the one before. Safe to repeat. */
    async finishReconciliation({ integration, window, counted, chunks }: { integration: IntegrationRef; window: ReconciliationWindow; counted: Reconciliation; chunks: number }): Promise<void> {
      const { from, until, startedAt } = window;
      await setReconciled(ledger, integration.id, { startedAt, chunks }, { at: iso(await ledger.clock.now()), from, until, ...counted });
    },
  };
}

export type ReconcileActivities = ReturnType<typeof createReconcileActivities>;

const iso = (ms: number): string => new Date(ms).toISOString();

const line = z.object({ quantity: z.string(), price: z.string() });
const sourceOrderSchema = z.object({
  sourceId: z.string(),
  number: z.string(),
  createdAt: z.string(),
  modifiedAt: z.string(),
  digest: z.string(),
  refusal: z.custom<SkipReason>((code) => typeof code === 'string' && Object.hasOwn(skipReasons, code)).optional(),
  booked: z
    .object({
      currency: z.string(),
      lines: z.record(z.string(), line),
      total: z.string(),
      differences: z.array(z.object({ reason: z.enum(['charges-in-comment', 'rounding', 'platform-total']), amount: z.string() })),
    })
    .optional(),
}) satisfies z.ZodType<SourceOrder>;

const readingSchema = z.object({
  readAt: z.string(),
  order: z.object({ targetId: z.string(), total: z.string(), lines: z.array(line.extend({ key: z.string().optional(), id: z.string() })).optional() }).optional(),
}) satisfies z.ZodType<TargetReading>;

async function read<T>(ledger: Ledger, page: string, sourceId: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const stored = await ledger.pages.body(page, sourceId);
  return stored && schema.parse(JSON.parse(stored.body));
}

async function viewOf(ledger: Ledger, { integration, sourceId, state, targetId, digest, announcedAt }: OrderRecord): Promise<LedgerView> {
  const [outcomes, follow, acts, accepted] = await Promise.all([
    ledger.outcomes.list(integration, { sourceId, limit: outcomesOfOne }),
    ledger.follows.find(integration, sourceId),
    ledger.acts.list({ subject: `order:${integration}:${sourceId}`, limit: outcomesOfOne }),
    readAccepted(ledger, integration, sourceId),
  ]);
  return {
    state,
    ...(targetId === null ? {} : { targetId }),
    ...(digest === null ? {} : { digest }),
    ...(announcedAt === null ? {} : { announcedAt }),
    ...(outcomes[0] === undefined ? {} : { reason: outcomes[0].reason }),
    ...(follow === undefined ? {} : { applied: follow.state.lines, isFrozen: follow.state.frozenAt !== undefined, touchedAt: follow.state.touchedAt }),
    notes: outcomes.filter(({ outcome }) => outcome === 'created' || outcome === 'updated').flatMap(({ detail }) => noteCodes(detail)),
    isEdited: acts.some(({ verb }) => verb === 'edit'),
    ...(accepted === undefined ? {} : { accepted }),
  };
}

const notesSchema = z.array(z.object({ code: z.custom<NoteCode>((code) => typeof code === 'string') }));
const noteCodes = (detail: string | null): NoteCode[] => (detail === null ? [] : notesSchema.parse(JSON.parse(detail)).map(({ code }) => code));

function findingOf({ sourceId, number, booked }: SourceOrder, { code, words, total, fingerprint }: Extract<Verdict, { kind: 'unexplained' }>, record: OrderRecord | undefined): Finding {
  const { targetId } = record ?? {};
  return {
    sourceId,
    number,
    code,
    words,
    ...(targetId === undefined || targetId === null ? {} : { targetId }),
    ...(booked === undefined ? {} : { currency: booked.currency, source: booked.total }),
    ...(total === undefined ? {} : { target: total }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}

/** One that is being made at this moment may not be known yet by its id. */
function strayCode(record: OrderRecord | undefined, targetId: string, startedAt: number): UnexplainedCode | undefined {
  if (record === undefined) return 'unknown-here';
  if (record.targetId === targetId) return undefined;
  if (record.targetId !== null) return 'double';
  return (record.announcedAt ?? 0) > startedAt - dayMs || record.state === 'erased' ? undefined : 'unknown-here';
}
