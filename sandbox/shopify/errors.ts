/** The vendor's refusals: HTTP envelopes with a text, and GraphQL errors with a code (contract shopify 6). */
import { GraphQLError } from 'graphql';

const documentation = 'https://shopify.dev/api/usage/';

export const badRequest = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
export const invalidArguments = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'INVALID_FIELD_ARGUMENTS' } });

export function scopeMissing(field: string, scopes: readonly string[]): GraphQLError {
  const requiredAccess = `${scopes.map((scope) => `\`${scope}\``).join(' or ')} access scope.`;
  return new GraphQLError(`Access denied for ${field} field. Required access: ${requiredAccess}`, { extensions: { code: 'ACCESS_DENIED', documentation: `${documentation}access-scopes`, requiredAccess } });
}

export const personalOnlyFrom = 'Access to personally identifiable information (PII) like customer names, addresses, emails, phone numbers is only available on Shopify, Advanced, and Plus plans.';
export const approvalMissing = 'See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.';

export const protectedObject = (type: string, why: string): GraphQLError => new GraphQLError(`This app is not approved to access the ${type} object. ${why}`, { extensions: { code: 'ACCESS_DENIED', documentation: `${documentation}access-scopes` } });
export const protectedField = (field: string, why: string): GraphQLError => new GraphQLError(`This app is not approved to use the ${field} field. ${why}`, { extensions: { code: 'ACCESS_DENIED', documentation: `${documentation}access-scopes` } });

export const maxCostExceeded = (cost: number, maxCost: number): GraphQLError =>
  new GraphQLError(`Query cost is ${cost}, which exceeds the single query max cost limit (${maxCost}). See ${documentation}rate-limits for more information on how the cost of a query is calculated. To query larger amounts of data with fewer limits, bulk operations should be used instead.`, {
    extensions: { code: 'MAX_COST_EXCEEDED', cost, maxCost, documentation: `${documentation}rate-limits` },
  });

export const throttled = () => ({ message: 'Throttled', extensions: { code: 'THROTTLED', documentation: `${documentation}rate-limits` } });

const html = (text: string): string => `<!DOCTYPE html><html><head><title>Something went wrong</title></head><body><h1>${text.replaceAll('<', '&lt;')}</h1></body></html>`;

/** The envelope for a status: a text under `errors`, HTML from 500 up, and for 200 an internal error of the GraphQL kind. */
export function refusal(status: number, text: string): Response {
  if (status === 200) return json(200, { errors: [{ message: text, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: '00000000-0000-4000-8000-000000000000' } }] });
  if (status >= 500) return new Response(html(text), { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
  const headers: Record<string, string> = status === 429 ? { 'retry-after': '4.0' } : {};
  return json(status, { errors: text }, headers);
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });

export const badToken = (): Response => refusal(401, '[API] Invalid API key or access token (unrecognized login or wrong password)');
