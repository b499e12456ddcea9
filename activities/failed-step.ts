/** Where a durable step consists of several, the one that failed is what operators are shown. */
import type { Step } from '../domain/outcome.ts';

const steps = new WeakMap<object, Step>();

/** Does the work; what it throws is known to `failedStepOf` afterwards. */
export async function inStep<T>(step: Step, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (typeof error === 'object' && error !== null) steps.set(error, step);
    throw error;
  }
}

/** Undefined: the durable step's own name says it. */
export const failedStepOf = (error: unknown): Step | undefined => (typeof error === 'object' && error !== null ? steps.get(error) : undefined);
