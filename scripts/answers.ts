/** Answers of workflows, checked: a worker of another version may have answered. */
import { z } from 'zod';
import type { Comparison } from '../domain/contact-ports.ts';
import type { CheckContactsResult, CheckResult, LookalikesResult, PlanResult, ReadOneOrderResult, WalkProgress, WebhooksResult } from '../workflows/messages.ts';
import { noteCodes } from '../domain/outcome.ts';
import { parkReasons, skipReasons, type ParkReason, type SkipReason } from '../domain/reasons.ts';
import { Complaint, exitCodes } from './print.ts';

const skipReason = z.custom<SkipReason>((code) => typeof code === 'string' && Object.hasOwn(skipReasons, code));
const parkReason = z.custom<ParkReason>((code) => typeof code === 'string' && Object.hasOwn(parkReasons, code));

const checkRow = z.object({ what: z.string(), state: z.enum(['ok', 'not ok', 'cannot be read']), found: z.string(), step: z.string().optional() });
const statusName = z.object({ id: z.string(), name: z.string(), isClosed: z.boolean().optional() });
const checkResult = z.object({ source: z.array(checkRow), target: z.array(checkRow), statuses: z.object({ platform: z.array(statusName), books: z.array(statusName) }).optional() });

const note = z.object({ code: z.enum(noteCodes), text: z.string() });
const plannedOrder = z.object({ writes: z.array(z.object({ what: z.string(), fields: z.record(z.string(), z.string()) })), uses: z.array(z.string()), missing: z.array(z.string()), notes: z.array(note) });
const planResult = z.object({
  total: z.number().optional(),
  records: z.array(
    z.object({
      sourceId: z.string(),
      number: z.string().optional(),
      plan: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('create'), order: plannedOrder }),
        z.object({ kind: z.literal('skip'), reason: skipReason, detail: z.string().optional() }),
        z.object({ kind: z.literal('park'), reason: z.string(), detail: z.string() }),
      ]),
    }),
  ),
});

const lookalikesResult = z.object({
  compared: z.number(),
  lookalikes: z.array(z.object({ sourceId: z.string(), number: z.string(), targetId: z.string(), targetNumber: z.string(), createdAt: z.string(), total: z.string() })),
});

const amount = z.object({ net: z.string(), tax: z.string() });
const address = z.object({ lines: z.array(z.string()), postcode: z.string().optional(), city: z.string().optional(), region: z.string().optional(), country: z.string().optional() });
const optionalText = z.string().optional();
const order = z.object({
  sourceId: z.string(), platform: optionalText, ending: z.enum(['cancelled', 'refunded', 'trashed', 'deleted']).optional(), number: z.string(), status: z.string(), createdAt: z.string(), modifiedAt: z.string(), currency: z.string(),
  customer: z.object({ firstName: z.string(), lastName: z.string(), company: optionalText, email: optionalText, phone: optionalText, phoneAsWritten: optionalText, address: address.optional(), isUnspecified: z.boolean().optional() }).optional(),
  lineItems: z.array(z.object({ key: z.string(), quantity: z.string(), total: amount, product: z.object({ sourceId: optionalText, name: z.string(), sku: optionalText, code: optionalText, description: optionalText, category: z.array(z.string()).optional() }) })),
  charges: z.array(z.object({ kind: z.enum(['shipping', 'fee', 'discount']), name: z.string(), total: amount })),
  delivery: z.object({ carrier: z.string(), cost: optionalText, isCostOpen: z.boolean().optional(), recipient: optionalText, trackingNumber: optionalText }).optional(),
  remarks: z.array(z.string()).optional(),
  total: z.string(), totalTax: z.string(),
});
const reading = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order'), order, digest: z.string() }),
  z.object({ kind: z.literal('skip'), reason: skipReason, detail: optionalText, digest: z.string(), number: optionalText }),
  z.object({ kind: z.literal('park'), reason: parkReason, detail: z.string() }),
]);

const progress = z.object({ phase: z.enum(['adopt', 'index', 'backfill', 'excluded', 'changed', 'done']), cursor: optionalText, indexed: z.number(), listed: z.number(), announced: z.number(), unchanged: z.number(), skipped: z.number(), pages: z.number(), total: z.number().optional() });

const webhooksResult = z.object({ rows: z.array(z.object({ topic: z.string(), state: z.enum(['there', 'made', 'mended', 'missing', 'by hand']), found: z.string() })) });

const fieldNames = z.array(z.object({ name: z.string(), label: z.string() }));
const contactCheck = z.object({ source: z.array(checkRow), target: z.array(checkRow), properties: z.object({ customer: fieldNames, subscriber: fieldNames }), groups: z.array(z.object({ id: z.string(), name: z.string() })), traits: fieldNames });
const listed = z.object({ count: z.number(), some: z.array(z.string()) });
const comparison = z.object({ addresses: z.number(), knownThere: z.number(), refusedHereConfirmedThere: listed, unknownHereConfirmedThere: listed, refusedThere: z.number(), inactiveSubscribers: z.number() });

const answerOf = <Answer>(schema: z.ZodType<Answer>) => (answer: unknown): Answer => {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new Complaint(`the worker answered in a form this program does not know (${field}); is it of another version?`, exitCodes.unreachable);
};

export const parseCheckResult: (answer: unknown) => CheckResult = answerOf(checkResult);
export const parsePlanResult: (answer: unknown) => PlanResult = answerOf(planResult);
export const parseLookalikes: (answer: unknown) => LookalikesResult = answerOf(lookalikesResult);
export const parseReading: (answer: unknown) => ReadOneOrderResult = answerOf(reading);
export const parseProgress: (answer: unknown) => WalkProgress = answerOf(progress);
export const parseWebhooks: (answer: unknown) => WebhooksResult = answerOf(webhooksResult);
export const parseContactCheck: (answer: unknown) => CheckContactsResult = answerOf(contactCheck);
export const parseComparison: (answer: unknown) => Comparison = answerOf(comparison);
