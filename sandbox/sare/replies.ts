/** Replies in the platform's envelope `{code, status, response}` (contract sare 4.2, 6). */
import { limits } from './limits.ts';

/** A refusal on its way to the caller: the same number in HTTP and in `code`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** No account, no resource, no use: the texts are the platform's, in its language. */
export const refusals = {
  notJson: () => new Refusal(400, 'Nieprawidłowy JSON'),
  wrongBody: (field: string) => new Refusal(400, `Nieprawidłowe pole: ${field}`),
  emptyList: (field: string) => new Refusal(400, `Pusta lista: ${field}`),
  malformedAddress: () => new Refusal(400, 'Nieprawidłowy adres e-mail'),
  wrongKey: (status: number) => new Refusal(status, 'Nieprawidłowy UID lub klucz API'),
  unknownAddress: () => new Refusal(404, 'Nie znaleziono adresu'),
  unknownGroup: () => new Refusal(404, 'Nie znaleziono grupy'),
  unknownPage: () => new Refusal(404, 'Nie znaleziono strony'),
  unknownPath: () => new Refusal(404, 'Nie znaleziono zasobu'),
  wrongMethod: () => new Refusal(405, 'Niedozwolona metoda'),
  tooMany: () => new Refusal(413, 'Zbyt wiele adresów w jednym zapytaniu'),
} as const;

export const ok = (response: unknown): Response => json(200, { code: 200, status: 'OK', response });

export const refusalReply = ({ code, message }: Refusal): Response => json(code, { code, status: message, response: [] });

/** Also for faults: told to come with HTTP 200, a refusal is in `code` only. */
export const refuse = (status: number, text: string): Response => json(status, { code: status < 300 ? 400 : status, status: text, response: [] });

export function tooFast(withHeader: boolean): Response {
  const reply = refusalReply(new Refusal(429, 'Zbyt wiele zapytań'));
  if (withHeader) reply.headers.set('retry-after', String(limits.retryAfterSeconds));
  return reply;
}

function json(httpStatus: number, body: { code: number; status: string; response: unknown }): Response {
  return new Response(JSON.stringify(body), { status: httpStatus, headers: { 'content-type': 'application/json; charset=utf-8' } });
}
