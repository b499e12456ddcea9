/** Opt-outs that we wrote: how many on each side, and which of them more than once. */
import { z } from 'zod';
import { inPanel } from '../control.ts';
import { readShop, type ContactControls } from './systems.ts';

const writesSchema = z.array(z.object({ flags: z.object({ update_status_on_duplicate: z.boolean().nullable() }), items: z.array(z.object({ email: z.string() })) }));

export async function writesTwice(controls: ContactControls): Promise<{ toMail: number; toShop: number; twice: string[] }> {
  const writes = writesSchema.parse(await inPanel(controls.sare, 'writes'));
  const toMail = writes.filter(({ flags }) => flags.update_status_on_duplicate).flatMap(({ items }) => items.map(({ email }) => email.toLowerCase()));
  const { changes } = await readShop(controls);
  const toShop = changes.filter(({ by, event }) => by === 'api' && event === 'subscriber.edit').map(({ id }) => `subscriber ${id} of the shop`);
  return { toMail: toMail.length, toShop: toShop.length, twice: [...repeated(toMail), ...repeated(toShop)] };
}

const repeated = (some: readonly string[]): string[] => [...new Set(some.filter((one, at) => some.indexOf(one) !== at))];
