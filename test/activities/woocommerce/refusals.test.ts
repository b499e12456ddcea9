/** What each documented reply means (contract 2, 3, 6), over real HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWoocommerceClient } from '../../../activities/woocommerce/client.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { contextOf, shopSettings, startTinyShop, step, type Answer, type TinyShop } from './setup.ts';

let opened: TestLedger;
let shop: TinyShop;
let answer: Answer;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startTinyShop(() => answer);
});
afterAll(async () => {
  await shop.close();
  await opened.close();
});

/** Each test has a connection of its own: a throttled account is left alone for a while. */
let connections = 0;
const client = () => {
  const settings = shopSettings({ baseUrl: `${shop.url}/wp-json/wc/v3` });
  connections += 1;
  return createWoocommerceClient(settings, { ...contextOf(opened.ledger, settings).call({ ...step, record: '', step: 'test' }), connection: `shop-${connections}` });
};
const refusal = (status: number, code: string): Answer => ({ status, body: { code, message: 'Treść po polsku', data: { status } } });

const html = '<html><body>Just a moment…</body></html>';

test.each([
  { why: 'no key, unknown key, Basic over HTTP', answer: refusal(401, 'woocommerce_rest_cannot_view'), error: 'UnauthorizedError' },
  { why: 'wrong secret, bad signature', answer: refusal(401, 'woocommerce_rest_authentication_error'), error: 'UnauthorizedError' },
  { why: 'the host wants a password of its own', answer: { status: 401, body: html }, error: 'UnauthorizedError' },
  { why: 'the user lacks the capability', answer: refusal(403, 'woocommerce_rest_cannot_view'), error: 'ForbiddenError' },
  { why: 'a firewall', answer: { status: 403, body: html }, error: 'RetryableError' },
  { why: 'too many calls', answer: { status: 429, body: html }, error: 'RateLimitedError', retryAfterMs: 2_000 },
  { why: 'too many calls, with Retry-After', answer: { status: 429, headers: { 'retry-after': '7' }, body: { code: 'slow', message: '' } }, error: 'RateLimitedError', retryAfterMs: 7_000 },
  { why: 'maintenance', answer: { status: 503, body: html }, error: 'RetryableError' },
  { why: 'a gateway’s time-out', answer: { status: 504, body: html }, error: 'RetryableError' },
  { why: 'HTML where JSON should be', answer: { body: html }, error: 'RetryableError' },
  { why: 'a PHP warning before the JSON', answer: { body: '<br /><b>Warning</b>: x in y.php\n[]' }, error: 'RetryableError' },
  { why: 'the web server failed, not WooCommerce', answer: { status: 500, body: html }, error: 'RetryableError' },
  { why: 'WooCommerce failed on this record', answer: refusal(500, 'internal_server_error'), error: 'PerhapsRecordError' },
  { why: 'a wrong parameter', answer: refusal(400, 'rest_invalid_param'), error: 'PermanentError' },
  { why: 'a missing parameter', answer: refusal(400, 'rest_missing_callback_param'), error: 'PermanentError' },
  { why: 'broken JSON of ours', answer: refusal(400, 'rest_invalid_json'), error: 'PermanentError' },
  { why: 'already in the trash', answer: refusal(410, 'woocommerce_rest_already_trashed'), error: 'PermanentError' },
  { why: 'too many items', answer: refusal(413, 'woocommerce_rest_request_entity_too_large'), error: 'PermanentError' },
  { why: 'no trash for this kind', answer: refusal(501, 'woocommerce_rest_trash_not_supported'), error: 'PermanentError' },
  { why: 'the plug-in is switched off: not "the order is gone"', answer: refusal(404, 'rest_no_route'), error: 'PermanentError' },
  { why: 'somebody else’s 404 is not "gone" either', answer: { status: 404, body: html }, error: 'RetryableError' },
  { why: 'a 404 of an unknown kind neither', answer: refusal(404, 'not_found'), error: 'PermanentError' },
  { why: 'another form than the contract’s', answer: { body: { id: 'thirty-eight' } }, error: 'UnexpectedReplyError' },
])('$why: $error', async ({ answer: given, error, ...rest }) => {
  answer = given;
  await expect(client().findOrder('38')).rejects.toMatchObject({ name: error, ...('retryAfterMs' in rest ? { retryAfterMs: rest.retryAfterMs } : {}), message: expect.not.stringContaining('Treść') });
});

test.each([
  { why: 'GET of a missing order', status: 404 },
  { why: 'PUT of a missing order answers 400 with the same code', status: 400 },
])('$why: absent', async ({ status }) => {
  answer = refusal(status, 'woocommerce_rest_shop_order_invalid_id');
  await expect(client().findOrder('38')).resolves.toBeUndefined();
});
