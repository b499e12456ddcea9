/** Runs the contacts judge as anybody would, in a process of its own, and reads its closing line. */
import { runJudge, type Judged } from './judging.ts';

const closingLine = /^judge: contacts \d+ missing \d+ wrong-status \d+ wrong-traits \d+ wrong-group \d+ confirmed-after-refusal \d+ late-refusals \d+ worker-kills \d+ server-kills \d+ seconds \d+\.\d longest-stall \d+\.\d unknown \d+$/;

/** @throws Error when it ends without the line in exactly that form and order */
export const judgeContacts = async (...args: string[]): Promise<Judged> => runJudge(closingLine, ['--flow', 'contacts', ...args]);

/** What must be 0 in every trial. */
export const noDamageToContacts = { missing: 0, 'wrong-status': 0, 'wrong-traits': 0, 'wrong-group': 0, 'confirmed-after-refusal': 0, 'late-refusals': 0 };
