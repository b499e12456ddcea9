/** On what machine the figures were taken. */
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dim, say } from '../print.ts';

/** Cores, model, memory, Node; and how busy it was, since figures of a busy machine say nothing. */
export function sayMachine(): void {
  const model = cpus()[0]?.model.trim() || 'unknown model';
  const gigabytes = (totalmem() / 2 ** 30).toFixed(1);
  say(dim(`machine: ${availableParallelism()} cores, ${model}, ${gigabytes} GB, ${platform()} ${release()}, Node ${process.version}; load at start ${(loadavg()[0] ?? 0).toFixed(2)}`));
}
