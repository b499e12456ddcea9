/** The workflows' code as one bundle: made once and shared by all workers of a process, and by tests. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { failureConverterPath } from './codec.ts';
import { engineLogger, type Log } from './log.ts';

const isSource = import.meta.url.endsWith('.ts');
const workflowsPath = fileURLToPath(new URL(`../workflows/index.${isSource ? 'ts' : 'js'}`, import.meta.url));

/** Takes a second or two. The failure converter is part of it: without it messages of workflows would travel in clear text. */
export const bundleWorkflows = async (log: Log): Promise<WorkflowBundleWithSourceMap> => bundleWorkflowCode({ workflowsPath, failureConverterPath, logger: engineLogger(log) });
