/** Replies in the platform's envelope, and those that never reached it (contract cartum 2, 3, 6). */

export type Row = Record<string, unknown>;

/** What a function answers inside the envelope. `OK`, `WARNING`, `EMPTY` and the refusals all travel in an HTTP 200. */
export interface Envelope {
  status: string;
  response: unknown;
}

export const ok = (response: unknown): Envelope => ({ status: 'OK', response });

/** A refusal on its way to the caller. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: string;
  readonly httpStatus: number;

  constructor(status: string, message: string, httpStatus = 200) {
    super(message);
    this.status = status;
    this.httpStatus = httpStatus;
  }
}

export const wrongParameters = (names: string): Refusal => new Refusal('EXCEPTION', `Wrong parameters: ${names}`);

/** JSON of any kind; `hooks/*` answer without the envelope. */
export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8' } });
}

/** The transport was wrong, e.g. a body that is no JSON. */
export const httpError = (code: number, message: string): Response => json({ status: 'HTTP_ERROR', response: { code, message } });

/** A function that this release does not have. */
export const undefinedFunction = (): Response => json({ status: 'UNDEFINED_FUNCTION', response: [] });

export const refusalReply = ({ status, message, httpStatus }: Refusal): Response => json({ status, response: { message } }, httpStatus);

const html = (text: string, status: number, headers: Record<string, string> = {}): Response =>
  new Response(`<!DOCTYPE html><html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>`, { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } });

/** A page of the shop, for addresses outside the API: one without its trailing slash is such an address. */
export const shopPage = (): Response => html('404', 404);

/** What the bot filter shows to clients it does not know: HTTP 200, a small page with a script. */
export function challengePage(): Response {
  const body = '<!DOCTYPE html><html><head><script>document.cookie="challenge=1";location.reload();</script></head><body></body></html>';
  return new Response(body, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

/** 429 and 5xx come from the hosting in front, not from the platform. */
export function hostingPage(status: number, text: string, retryAfterSeconds: number | null): Response {
  return html(text.replaceAll('<', '&lt;'), status, retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) });
}
