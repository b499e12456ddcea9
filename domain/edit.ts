/** An operator's corrections of one order: `--set customer.email=…` (N8). Pure, so that script and step check them alike. */
import type { Customer } from './customer.ts';
import { isDecimal } from './money.ts';
import type { LineItem, Order } from './order.ts';

export interface Edit {
  /** e.g. "customer.phone", "lines.2.sku" (lines count from 1) */
  field: string;
  value: string;
  /** what stood there when it was made; with the line's key, for corrections of lines */
  was?: string;
  line?: string;
}

export interface EditMistake {
  field: string;
  /** what is allowed, in plain words */
  expected: string;
}

export interface EditChange {
  field: string;
  before: string;
  after: string;
  /** the key of the line that was corrected */
  line?: string;
}

const customerFields = ['firstName', 'lastName', 'company', 'email', 'phone'] as const;
const productFields = ['sku', 'code', 'name'] as const;

/** What `edit --set` accepts, for help texts and messages. */
export const editableFields: readonly string[] = [...customerFields.map((field) => `customer.${field}`), ...productFields.map((field) => `lines.<n>.${field}`), 'lines.<n>.quantity', 'lines.<n>.net', 'lines.<n>.tax'];

/** Corrections as the ledger keeps them. */
export const formatEdits = (edits: Edit[]): string => JSON.stringify(edits.map(({ field, value, was, line }) => [field, value, was, line].filter((part) => part !== undefined)));

/** The inverse of `formatEdits`; text of another form gives none. */
export function parseEdits(text: string): Edit[] {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((parts: unknown) => {
    if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return [];
    const [field, value, was, line] = parts;
    return field === undefined || value === undefined ? [] : [{ field, value, ...(was === undefined ? {} : { was }), ...(line === undefined ? {} : { line }) }];
  });
}

/** The order with all corrections, and what each one changed; or every mistake together. */
export function editOrder(order: Order, edits: Edit[]): { order: Order; changes: EditChange[] } | { mistakes: EditMistake[] } {
  const mistakes: EditMistake[] = [];
  const changes: EditChange[] = [];
  let edited = order;
  for (const edit of edits) {
    const result = applyEdit(edited, edit);
    if ('expected' in result) mistakes.push({ field: edit.field, expected: result.expected });
    else {
      const line = lineAt(edited, edit.field);
      changes.push({ field: edit.field, before: result.before, after: edit.value, ...(line === undefined ? {} : { line: line.key }) });
      edited = result.order;
    }
  }
  return mistakes.length > 0 ? { mistakes } : { order: edited, changes };
}

/**
 * The order as it is followed after its import: a correction of a line holds as long as the platform says what it said when the correction was made;
 * what changes there later counts (R16).
 */
export function keepCorrections(order: Order, edits: Edit[]): Order {
  return edits.reduce((kept, { field, value, was, line }) => {
    const position = kept.lineItems.findIndex(({ key }) => key === line) + 1;
    if (position === 0) return kept;
    const result = applyEdit(kept, { field: field.replace(/\d+/, String(position)), value });
    return 'order' in result && result.before === was ? result.order : kept;
  }, order);
}

const lineField = /^lines\.(\d+)\.(\w+)$/;
const lineAt = (order: Order, field: string): LineItem | undefined => order.lineItems[Number(lineField.exec(field)?.[1]) - 1];

type Applied = { order: Order; before: string } | { expected: string };

function applyEdit(order: Order, { field, value }: Edit): Applied {
  const customerField = customerFields.find((name) => field === `customer.${name}`);
  if (customerField) return editCustomer(order, customerField, value.trim());
  const line = lineField.exec(field);
  if (line) return editLine(order, Number(line[1]), line[2] ?? '', value.trim());
  return { expected: `one of ${editableFields.join(', ')}` };
}

function editCustomer(order: Order, field: (typeof customerFields)[number], value: string): Applied {
  if (field === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return { expected: 'an e-mail address' };
  if (field === 'phone' && !/^\+[1-9]\d{6,14}$/.test(value)) return { expected: 'a phone number with + and country code, digits only' };
  const customer: Customer = order.customer ?? { firstName: '', lastName: '' };
  const changed: Customer = { ...customer, [field]: value, ...(field === 'phone' ? { phoneAsWritten: value } : {}) };
  return { order: { ...order, customer: changed }, before: customer[field] ?? '' };
}

function editLine(order: Order, position: number, field: string, value: string): Applied {
  const line = order.lineItems[position - 1];
  if (line === undefined) return { expected: `a line from 1 to ${order.lineItems.length}` };
  const replace = (changed: LineItem, before: string): Applied => ({ order: { ...order, lineItems: order.lineItems.map((item) => (item === line ? changed : item)) }, before });
  const productField = productFields.find((name) => name === field);
  if (productField) return value === '' ? { expected: 'a text' } : replace({ ...line, product: { ...line.product, [productField]: value } }, line.product[productField] ?? '');
  if (!isDecimal(value)) return { expected: 'a decimal number such as 12.50' };
  if (field === 'quantity') return Number(value) > 0 ? replace({ ...line, quantity: value }, line.quantity) : { expected: 'a quantity above 0' };
  if (field === 'net' || field === 'tax') return replace({ ...line, total: { ...line.total, [field]: value } }, line.total[field]);
  return { expected: `one of ${editableFields.join(', ')}` };
}
