/** N9: logs hold ids, codes and numbers; people and vendors' words never reach them. */
import { ApplicationFailure } from '@temporalio/common';
import { beforeEach, expect, test } from 'vitest';
import { PermanentError } from '../../activities/errors.ts';
import { createLog, engineLogger } from '../../worker/log.ts';

let lines: string[];
beforeEach(() => {
  lines = [];
});
const log = () => createLog('debug', { write: (line: string) => void lines.push(line) });

test('a line says when, how grave, what, and about which things', () => {
  log().info('connection is served', { connection: 'books', system: 'roapp', attempt: 2 });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'connection is served', connection: 'books', system: 'roapp', attempt: 2, at: expect.stringMatching(/Z$/) });
});

test('N9 fields outside the list, nested things, foreign messages and details of failures are not written', () => {
  const words = 'anna@example.com is taken';
  const ours = new PermanentError({ system: 'books', endpoint: 'POST /people', status: 400, sent: 'no', words, cause: new Error(words) });
  const failure = ApplicationFailure.create({ type: 'PermanentError', message: ours.message, details: [{ words }] });
  for (const error of [ours, failure, new TypeError(words), words]) engineLogger(log()).warn('Activity failed', { error, workflowId: 'order:shop-books:17', email: words, workflowInfo: { memo: words } });
  expect(lines).toHaveLength(4);
  expect(lines.join()).not.toContain('anna');
  expect(lines[1]).toContain('books POST /people: refused (status 400)');
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ workflowId: 'order:shop-books:17', error: { class: 'TypeError', at: expect.arrayContaining([expect.stringContaining('log.test')]) } });
});
