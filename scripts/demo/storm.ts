/** A storm of webhooks in which deliveries are doubled, reordered and dropped: new orders of the same people in all shops, and edits of them right away. */
import { z } from 'zod';
import { copiesOf, piecesOf, readBooks, type Books } from './books.ts';
import { inPanel } from './control.ts';
import type { Buyer, PlacedOrder } from './shops.ts';
import { assertSeen, type Stage } from './stage.ts';
import { sweepOnce, untilQuiet } from './sweep.ts';

const faults = { drop: 0.3, double: 0.3, reorder: 0.4 };
const editedTo = 3;

/** Half of them change their mind at once. */
const buyers: (Buyer & { edits: boolean })[] = ['Ada', 'Borys', 'Celina', 'Dawid', 'Emilia', 'Filip', 'Gaja', 'Hubert'].map((firstName, at) => ({
  firstName,
  lastName: 'Burzowa',
  email: `${firstName.toLowerCase()}.burzowa@example.test`,
  phone: `+48 600 300 ${101 + at}`,
  edits: at % 2 === 0,
}));

interface Expected {
  order: PlacedOrder;
  pieces: number;
}

export async function storm(stage: Stage): Promise<string> {
  const { session, shops, patienceMs } = stage;
  for (const [at, { control }] of shops.entries()) await inPanel(control, 'webhook-faults', { ...faults, seed: stage.seed + at });
  const expected = await placeAndEdit(stage);
  for (const { flush } of shops) await flush();
  const deliveries = await countDeliveries(stage);
  for (const { control } of shops) await inPanel(control, 'webhook-faults', {});
  await untilQuiet(session, patienceMs);
  const missed = missing(await readBooks(stage.controls), expected).length;
  await sweepOnce(session, shops.map(({ integration }) => integration), patienceMs);
  await untilQuiet(session, patienceMs);

  const books = await readBooks(stage.controls);
  const wrong = missing(books, expected);
  assertSeen(wrong.length === 0, `after the sweep these are not as in their shops: ${wrong.map(({ order }) => `${order.shop.name} ${order.id}`).join(', ')}`);
  const doubled = buyers.filter(({ email }) => books.people.filter((person) => person.email.toLowerCase() === email).length !== 1);
  assertSeen(doubled.length === 0, `${doubled.length} of ${buyers.length} buyers do not stand once among the people of the books`);
  const edits = expected.filter(({ pieces }) => pieces === editedTo).length;
  return `${expected.length} orders and ${edits} edits, ${deliveries.arrived} deliveries doubled and out of order, ${deliveries.dropped} dropped; the ${missed} left untold were found by one sweep; each stands once, with ${buyers.length} people`;
}

async function placeAndEdit({ shops }: Stage): Promise<Expected[]> {
  const expected: Expected[] = [];
  for (const buyer of buyers) {
    const { edits, ...person } = buyer;
    for (const shop of shops) {
      const order = await shop.place(person);
      if (edits) await shop.changeQuantity(order, editedTo);
      expected.push({ order, pieces: edits ? editedTo : 1 });
    }
  }
  return expected;
}

/** Those that do not stand once in the books with the pieces that the shop has. */
const missing = (books: Books, expected: Expected[]): Expected[] =>
  expected.filter(({ order, pieces }) => {
    const [booked, ...more] = copiesOf(books, order);
    return booked === undefined || more.length > 0 || piecesOf(booked) !== pieces;
  });

const attemptSchema = z.array(z.object({ dropped: z.boolean() }));

async function countDeliveries({ shops }: Stage): Promise<{ arrived: number; dropped: number }> {
  const attempts = (await Promise.all(shops.map(async ({ control }) => attemptSchema.parse(await inPanel(control, 'webhook-attempts'))))).flat();
  const dropped = attempts.filter((attempt) => attempt.dropped).length;
  return { arrived: attempts.length - dropped, dropped };
}
