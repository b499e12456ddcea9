/** Answers that were given as flags: `--set field=value`, and `--secret field=env:NAME` or `field=file:path` for what must not stand in a command line. */
import { secretReference, type SecretReference } from '../../worker/secrets.ts';
import { Complaint } from '../print.ts';

export interface Given {
  answers: Map<string, string>;
  secrets: Map<string, SecretReference>;
}

/** @throws Complaint naming the flag that cannot be read; never its value */
export function readGiven({ set, secret }: { set: readonly string[]; secret: readonly string[] }): Given {
  return {
    answers: new Map(set.map((text) => pairOf('--set', text, 'field=value'))),
    secrets: new Map(
      secret.map((text) => {
        const [field, place] = pairOf('--secret', text, 'field=env:NAME or field=file:path');
        const [, kind = '', name] = /^(env|file):(.+)$/.exec(place) ?? [];
        const reference = secretReference.safeParse({ [kind]: name });
        if (!reference.success) throw new Complaint(`--secret ${field}: expected ${field}=env:NAME or ${field}=file:path, not the secret itself`);
        return [field, reference.data];
      }),
    ),
  };
}

function pairOf(flag: string, text: string, form: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Complaint(`${flag}: expected ${form}`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
