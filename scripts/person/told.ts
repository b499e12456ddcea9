/** What a decoded text tells of people: who its objects are about, by e-mail and phone. */
import { digitsOf, normaliseEmail } from '../../domain/customer.ts';

/** One object of some JSON that has an e-mail address or a phone: an order's customer, a contact of the books, a row of a shop. */
export interface Told {
  /** empty: it has none */
  email: string;
  /** as they stand there */
  phones: string[];
}

/** Everyone that the objects of a JSON text are about; nothing, where it is no JSON. Words inside of texts tell nothing of whose the text is. */
export function toldIn(text: string): Told[] {
  const told: Told[] = [];
  visit(parsed(text), (value) => {
    const email = typeof value['email'] === 'string' ? normaliseEmail(value['email']) : '';
    const phones = phonesOf(value);
    if (email !== '' || phones.length > 0) told.push({ email, phones });
  });
  return told;
}

/** Has an operator corrected the customer's address to this one: pairs of field and value, as `formatEdits` wrote them. */
export const isCorrectedTo = (email: string, edits: string): boolean => {
  const pairs = parsed(edits);
  return Array.isArray(pairs) && pairs.some((pair: unknown) => Array.isArray(pair) && pair[0] === 'customer.email' && typeof pair[1] === 'string' && normaliseEmail(pair[1]) === email);
};

/** The company or the connection that a run's input names. */
export function ownerIn(text: string): { company?: string; connection?: string } {
  const input = parsed(text);
  if (!isObject(input)) return {};
  const { integration, connection } = input;
  if (isObject(integration) && typeof integration['company'] === 'string') return { company: integration['company'] };
  return typeof connection === 'string' ? { connection } : {};
}

/** The orders that a run's input names, as `<integration>:<source id>`. */
export function ordersIn(text: string): string[] {
  const input = parsed(text);
  if (!isObject(input) || !isObject(input['integration'])) return [];
  const { id } = input['integration'];
  const sourceIds = [input['sourceId'], ...(Array.isArray(input['sourceIds']) ? input['sourceIds'] : [])];
  return typeof id === 'string' ? sourceIds.filter((sourceId) => typeof sourceId === 'string').map((sourceId) => `${id}:${sourceId}`) : [];
}

/** Each way a phone may be written in what we keep; digits alone only where there are enough not to be some other number. */
export const waysToWrite = (phone: string): string[] => [...new Set([phone.trim(), ...[digitsOf(phone)].filter((digits) => digits.length >= 9)])].filter((way) => digitsOf(way).length >= 7);

function phonesOf(value: Record<string, unknown>): string[] {
  const found: string[] = [];
  for (const [name, inner] of Object.entries(value)) {
    if (!/phone/i.test(name)) continue;
    if (typeof inner === 'string') found.push(inner);
    else visit(inner, (nested) => found.push(...Object.values(nested).filter((text) => typeof text === 'string')), (text) => found.push(text));
  }
  return found.filter((phone) => digitsOf(phone).length >= 7);
}

function visit(value: unknown, onObject: (value: Record<string, unknown>) => void, onText: (text: string) => void = () => undefined): void {
  if (Array.isArray(value)) {
    for (const one of value) {
      if (typeof one === 'string') onText(one);
      else visit(one, onObject, onText);
    }
  } else if (isObject(value)) {
    onObject(value);
    for (const one of Object.values(value)) visit(one, onObject, onText);
  }
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
