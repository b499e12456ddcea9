/** How a person at the terminal is asked. */
import { confirm, isCancel, password, select, text } from '@clack/prompts';
import { Complaint, exitCodes } from '../print.ts';

export interface TextOptions {
  initial?: string;
  example?: string;
  /** what is wrong with it; undefined: nothing */
  validate: (typed: string) => string | undefined;
}

/** @throws Complaint when the person stops */
export interface Asker {
  text: (message: string, options: TextOptions) => Promise<string>;
  /** not shown while it is typed */
  secret: (message: string, options: Pick<TextOptions, 'validate'>) => Promise<string>;
  choose: (message: string, options: readonly { value: string; label: string }[]) => Promise<string>;
  confirm: (message: string) => Promise<boolean>;
}

const stopped = (): Complaint => new Complaint('stopped; nothing was written', exitCodes.foundWrong);

export const terminalAsker: Asker = {
  async text(message, { initial, example, validate }) {
    const typed = await text({ message, ...(initial === undefined ? {} : { initialValue: initial }), ...(example === undefined ? {} : { placeholder: example }), validate: (soFar) => validate((soFar ?? '').trim()) });
    if (isCancel(typed)) throw stopped();
    return typed.trim();
  },
  async secret(message, { validate }) {
    const typed = await password({ message, validate: (soFar) => validate((soFar ?? '').trim()) });
    if (isCancel(typed)) throw stopped();
    return typed.trim();
  },
  async choose(message, options) {
    const chosen = await select<string>({ message, options: options.map(({ value, label }) => ({ value, label: value === '' || label === value ? label : `${label} (${value})` })) });
    if (isCancel(chosen)) throw stopped();
    return chosen;
  },
  async confirm(message) {
    const answer = await confirm({ message });
    if (isCancel(answer)) throw stopped();
    return answer;
  },
};
