/** What a connection to RO App needs; every field with its default and what it is for. */
import { z } from 'zod';

const id = z.int().positive();
/** Where a secret lies that this process does not read. */
const secretPlace = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })], 'a secret is given as { env: NAME } or { file: path }, never as text');

export const settingsSchema = z.strictObject({
  /** pinned to v2 (contract roapp 2) */
  baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.roapp.io/v2'),
  /** key of one employee: everything is written in that employee's name */
  apiKey: z.string().min(1).meta({ secret: true }),
  /** ISO 3166-1 alpha-2: whose phones are read as national numbers (R18) */
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, such as PL'),
  /** of every text written into RO App (decision on R13) */
  language: z.enum(['pl', 'it', 'fr', 'en']),
  /** where orders are created */
  location: id,
  /** decides the initial status of an order (R8) */
  orderType: id,
  /** the employee that lines are assigned to */
  assignee: id,
  /** text custom field of orders that holds our marker; absent: the marker is the first line of the manager's notes */
  orderMarkerField: z.string().regex(/^f\d+$/, 'f and the number of the field, such as f5501').optional(),
  /** by which call products are created; neither is certain (contract roapp 4.5) */
  productCreate: z.enum(['v2', 'legacy', 'off']).default('v2'),
  categoryCreate: z.enum(['v2', 'off']).default('v2'),
  /** for new products whose category is missing and cannot be created; absent: they get none */
  defaultCategory: id.optional(),
  /** "piece" (R14); 1 in the vendor's examples */
  unitOfMeasure: id.default(1),
  /** secret of the webhook that was made by hand in the panel; two, separated by a comma, while one replaces the other; absent: webhooks are refused, changes are found by the sweep. The gateway alone reads it, hence a reference here */
  webhookSecret: secretPlace.optional(),
  /** how webhooks are signed: HMAC over their id, or the older plain hash of id and secret (contract roapp 8) */
  webhookSignature: z.enum(['hmac', 'plain']).default('hmac'),
  /** R19: who stands for customers whom the platform masks: the id of one placeholder contact, or `per-order` for one contact an order; absent: such orders are parked */
  unspecified: z.union([id, z.literal('per-order')], 'the id of a contact, or per-order').optional(),
  /** which part of the account's limit is ours; other programs use the account too */
  share: z.number().gt(0).lte(1).default(0.8),
  /** which part of that part goes into reading open orders again and again, since nothing tells of a write-off */
  followShare: z.number().gt(0).lte(0.5).default(0.1),
  /** the account's limit (contract roapp 3) */
  requestsPerSecond: z.number().positive().default(3),
  /** time limit of one call, ms */
  abortMs: z.int().positive().max(120_000).default(10_000),
  /** how long after that RO App may still store what was sent, ms; waited for only after a lost reply */
  settleMs: z.int().nonnegative().max(600_000).default(10_000),
});

export type RoappSettings = z.infer<typeof settingsSchema>;
