/** Refusals in the vendor's envelope `{code, message, data:{status}}` with the recorded texts (contract woocommerce 2 and 6). */
import { limits } from './limits.ts';

/** A refusal on its way to the caller. */
export class WooError extends Error {
  override readonly name = 'WooError';
  readonly status: number;
  readonly code: string;
  readonly data: Record<string, unknown>;

  constructor(status: number, code: string, message: string, data: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }

  /** The envelope, also used in place of a failed batch item. */
  envelope(): { code: string; message: string; data: Record<string, unknown> } {
    return { code: this.code, message: this.message, data: { status: this.status, ...this.data } };
  }
}

/** What one argument's validation found. */
export interface ArgFailure {
  code: string;
  message: string;
  data: unknown;
}

/** 400 with every refused argument at once. */
export function invalidParams(failures: Record<string, ArgFailure>): WooError {
  const names = Object.keys(failures);
  const params = Object.fromEntries(names.map((name) => [name, failures[name]?.message ?? '']));
  return new WooError(400, 'rest_invalid_param', `Invalid parameter(s): ${names.join(', ')}`, { params, details: failures });
}

export const missingParams = (names: string[]) => new WooError(400, 'rest_missing_callback_param', `Missing parameter(s): ${names.join(', ')}`, { params: names });
export const invalidJson = () => new WooError(400, 'rest_invalid_json', 'Invalid JSON body passed.', { json_error_code: 4, json_error_message: 'Syntax error' });
export const noRoute = () => new WooError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
export const authenticationError = (message: string) => new WooError(401, 'woocommerce_rest_authentication_error', message);
export const tooManyItems = () => new WooError(413, 'woocommerce_rest_request_entity_too_large', `Unable to accept more than ${limits.batchItems} items for this request.`);
export const crashed = () => new WooError(500, 'internal_server_error', '<p>There has been a critical error on this website.</p>');

/** GET or DELETE of an order that is not there. */
export const noSuchOrder = () => new WooError(404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.');
/** PUT of an order that is not there: 400, not 404. */
export const noSuchOrderToEdit = () => new WooError(400, 'woocommerce_rest_shop_order_invalid_id', 'ID is invalid.');
export const alreadyTrashed = (type: string) => new WooError(410, 'woocommerce_rest_already_trashed', `The ${type} has already been deleted.`);
export const foreignItem = () => new WooError(400, 'woocommerce_rest_invalid_item_id', 'Order item ID provided is not associated with order.');

export const noSuchWebhook = () => new WooError(404, 'woocommerce_rest_shop_webhook_invalid_id', 'Invalid ID.');
export const noSuchWebhookToEdit = () => new WooError(400, 'woocommerce_rest_shop_webhook_invalid_id', 'ID is invalid.');
export const invalidTopic = () => new WooError(400, 'woocommerce_rest_shop_webhook_invalid_topic', 'Webhook topic is required and must be valid.');
export const invalidDeliveryUrl = () =>
  new WooError(400, 'woocommerce_rest_shop_webhook_invalid_delivery_url', 'Webhook delivery URL must be a valid URL starting with http:// or https://.');

export const noSuchProduct = () => new WooError(404, 'woocommerce_rest_product_invalid_id', 'Invalid ID.');
export const noSuchProductToEdit = () => new WooError(400, 'woocommerce_rest_product_invalid_id', 'ID is invalid.');
export const takenSku = (owner: number, suggestion: string) => new WooError(400, 'product_invalid_sku', 'Invalid or duplicated SKU.', { resource_id: owner, unique_sku: suggestion });
export const noSuchTerm = () => new WooError(404, 'woocommerce_rest_term_invalid', 'Resource does not exist.');
export const takenTerm = (owner: number) => new WooError(400, 'term_exists', 'A term with the name provided already exists with this parent.', { resource_id: owner });
export const noSuchCustomer = () => new WooError(404, 'wc_user_invalid_id', 'Invalid user ID.');
export const takenEmail = (email: string) =>
  new WooError(400, 'registration-error-email-exists', `An account is already registered with ${email}. Please log in or use a different email address.`);
export const noTrashFor = (what: string) => new WooError(501, 'woocommerce_rest_trash_not_supported', `${what} do not support trashing.`);

/** What a host in front of the shop answers: no envelope, an HTML page (contract woocommerce 3). */
function hostRefusal(status: number, text: string): Response {
  const headers: Record<string, string> = { 'Content-Type': 'text/html; charset=UTF-8' };
  if (status === 429) headers['Retry-After'] = String(limits.retryAfterSeconds);
  return new Response(`<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${text}</h1></body></html>`, { status, headers });
}

const codeOfStatus: Record<number, string> = {
  400: 'rest_invalid_param',
  401: 'woocommerce_rest_authentication_error',
  403: 'woocommerce_rest_cannot_view',
  404: 'rest_no_route',
  500: 'internal_server_error',
};

/** An injected refusal: the envelope, except for the answers that a host gives. */
export function refusal(status: number, text: string): Response {
  if (status === 429 || (status > 500 && status < 600)) return hostRefusal(status, text);
  const code = codeOfStatus[status] ?? 'woocommerce_rest_error';
  return new Response(JSON.stringify({ code, message: text, data: { status } }), { status, headers: { 'Content-Type': 'application/json; charset=UTF-8' } });
}
