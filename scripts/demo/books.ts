/** The simulated books as the acts look at them: which order stands for which, how many pieces, in which status, with how many comments. */
import { z } from 'zod';
import { truthOf, type Controls } from './control.ts';
import { markerField } from './settings.ts';
import type { PlacedOrder } from './shops.ts';

const schema = z.object({
  people: z.array(z.object({ email: z.string() })),
  webhooks: z.array(z.object({ enabled: z.boolean() })),
  orders: z.array(
    z.object({
      id: z.number(),
      custom_fields: z.record(z.string(), z.unknown()),
      status: z.object({ id: z.number() }),
      items: z.array(z.object({ quantity: z.string() })),
      comments: z.array(z.object({ text: z.string() })),
    }),
  ),
});

export type Books = z.output<typeof schema>;
export type BookedOrder = Books['orders'][number];

export const readBooks = async ({ roapp }: Controls): Promise<Books> => schema.parse(await truthOf(roapp));

/** All orders of the books that carry this order's mark: there must be one. */
export const copiesOf = ({ orders }: Books, { shop, id }: PlacedOrder): BookedOrder[] => orders.filter(({ custom_fields }) => custom_fields[markerField] === `${shop.integration}:${id}`);

/** Pieces of all lines together. */
export const piecesOf = ({ items }: BookedOrder): number => items.reduce((sum, { quantity }) => sum + Number(quantity), 0);
