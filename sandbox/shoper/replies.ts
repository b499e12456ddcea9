/** Replies as the platform writes them: JSON with `\/` and `\uXXXX`, bare scalars, localised errors (contract shoper 4, 6, 9). */

export type Row = Record<string, unknown>;

/** What a route answers, before it is written out or put into a bulk reply. */
export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export const ok = (body: unknown, headers?: Record<string, string>): Reply => ({ status: 200, body, ...(headers && { headers }) });

type Language = 'pl' | 'en';

/** The table names no word for 405, 409, 429 and 501; those here are the sandbox's own. */
const codes: Record<number, string> = {
  400: 'invalid_request',
  401: 'unauthorized_client',
  403: 'insufficient_scope',
  404: 'invalid_request',
  405: 'method_not_allowed',
  409: 'object_locked',
  429: 'too_many_requests',
  500: 'server_error',
  501: 'not_implemented',
  503: 'temporarily_unavailable',
};

const texts = {
  noResource: ['Nie znaleziono zasobu', 'Resource not found'],
  noMethod: ['Metoda nie jest dozwolona', 'Method not allowed'],
  noToken: ['Brak autoryzacji', 'Authorization is required'],
  tokenEnded: ['Token dostępu wygasł', 'The access token has expired'],
  noRight: ['Brak uprawnień do zasobu', 'Insufficient privileges to access the resource'],
  tooMany: ['Zbyt wiele żądań', 'Too many requests'],
  locked: ['Obiekt jest edytowany przez innego użytkownika', 'The object is being edited by another user'],
  notImplemented: ['Nie zaimplementowano', 'Not implemented'],
  badJson: ['Nieprawidłowy format danych', 'Malformed request body'],
  badLimit: ['Parametr limit musi być liczbą od 1 do 50', 'The limit parameter must be a number between 1 and 50'],
  badPage: ['Parametr page musi być liczbą dodatnią', 'The page parameter must be a positive number'],
  badFilter: ['Nieprawidłowy filtr', 'Invalid filter'],
  badOrder: ['Nieprawidłowe sortowanie', 'Invalid order'],
  required: ['Pole jest wymagane', 'The field is required'],
  badEmail: ['Nieprawidłowy adres e-mail', 'Invalid e-mail address'],
  taken: ['Podana wartość już istnieje', 'The given value already exists'],
  notBoolean: ['Wartość musi być typu boolean', 'The value must be a boolean'],
  notNumber: ['Wartość musi być liczbą', 'The value must be a number'],
  notText: ['Wartość musi być tekstem', 'The value must be a string'],
  notMap: ['Wartość musi być mapą', 'The value must be a map'],
  notList: ['Wartość musi być listą', 'The value must be a list'],
  shortPassword: ['Hasło musi mieć co najmniej 12 znaków', 'The password must have at least 12 characters'],
  unknownValue: ['Nieprawidłowa wartość', 'Invalid value'],
  badUrl: ['Nieprawidłowy adres URL', 'Invalid URL'],
  badEvent: ['Nieprawidłowe zdarzenie', 'Invalid event'],
  tooManyItems: ['Zbyt wiele elementów', 'Too many items'],
  authFailed: ['Nieprawidłowy login lub hasło', 'Invalid login or password'],
  authIp: ['Logowanie z tego adresu IP nie jest dozwolone', 'Logging in from this IP address is not allowed'],
  authAccess: ['Brak dostępu do WebAPI', 'The administrator has no WebAPI access'],
  badClient: ['Nieprawidłowa aplikacja', 'Invalid client'],
  badGrant: ['Nieprawidłowy kod lub token', 'Invalid code or token'],
} as const satisfies Record<string, readonly [string, string]>;

export type TextName = keyof typeof texts;

export interface Problem {
  /** the field it is about */
  field?: string;
  text: TextName;
}

/** A refusal on its way to the caller; its words are chosen by the caller's language. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly problems: readonly Problem[];
  readonly headers: Record<string, string>;

  constructor(status: number, problems: TextName | readonly Problem[], more: { code?: string; headers?: Record<string, string> } = {}) {
    super(`${status}`);
    this.status = status;
    this.problems = typeof problems === 'string' ? [{ text: problems }] : problems;
    this.code = more.code ?? codeOf(status);
    this.headers = more.headers ?? {};
  }
}

export const codeOf = (status: number): string => codes[status] ?? 'server_error';

/** Several problems are joined with `; `. */
export function refusalReply(refusal: Refusal, language: Language): Reply {
  const word = ({ field, text }: Problem): string => (field === undefined ? '' : `${field}: `) + texts[text][language === 'pl' ? 0 : 1];
  return { status: refusal.status, body: { error: refusal.code, error_description: refusal.problems.map(word).join('; ') }, headers: refusal.headers };
}

/** Polish unless `Accept-Language` begins with English. */
export const languageOf = (accepted: string | null): Language => (/^en\b|^en_/i.test(accepted?.trim() ?? '') ? 'en' : 'pl');

/** JSON as PHP writes it; webhook signatures are over these bytes. */
export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', String.raw`\/`)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

export function render({ status, body, headers }: Reply): Response {
  return new Response(phpJson(body), { status, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers } });
}
