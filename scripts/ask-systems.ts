/** Questions that only the worker can answer, since it alone knows API keys: a short workflow, and a plain word when nobody answers. */
import { WorkflowFailedError, type Client } from '@temporalio/client';
import { priorities, workflowIdOfQuestion, workflowQueue } from '../workflows/messages.ts';
import { Complaint, exitCodes } from './print.ts';

export interface Question {
  kind: Parameters<typeof workflowIdOfQuestion>[0];
  workflow: string;
  integration: string;
  input: unknown;
  /** how long the systems may take; default 3 minutes */
  timeout?: number;
}

/**
 * Asks and waits. A question of the same kind that is still running is replaced.
 * @throws Complaint when no worker answers, or the step failed
 */
export async function askSystems<Answer>(client: Client, question: Question, parse: (answer: unknown) => Answer): Promise<Answer> {
  const handle = await client.workflow.start(question.workflow, {
    taskQueue: workflowQueue,
    workflowId: workflowIdOfQuestion(question.kind, question.integration),
    args: [question.input],
    workflowExecutionTimeout: question.timeout ?? 180_000,
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    priority: { priorityKey: priorities.live },
  });
  const watch = watchForWorker(client);
  try {
    return parse(await Promise.race([handle.result(), watch.nobody]));
  } catch (error) {
    if (error instanceof WorkflowFailedError) throw new Complaint(plainCause(error), exitCodes.foundWrong);
    throw error;
  } finally {
    watch.stop();
  }
}

/** Rejects when no worker has asked for work within ten seconds: then nothing will ever answer. */
function watchForWorker(client: Client): { nobody: Promise<never>; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const nobody = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      hasPollers(client).then(
        (has) => has || reject(new Complaint('no worker is running: start one with waybill worker', exitCodes.unreachable)),
        () => undefined,
      );
    }, 10_000);
  });
  return { nobody, stop: () => clearTimeout(timer) };
}

/** Is a worker listening on the workflows' queue. */
export async function hasPollers(client: Client): Promise<boolean> {
  const reply = await client.workflowService.describeTaskQueue({ namespace: client.options.namespace, taskQueue: { name: workflowQueue }, taskQueueType: 1 });
  return (reply.pollers ?? []).length > 0;
}

function plainCause(error: Error): string {
  let cause: Error = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause.message;
}
