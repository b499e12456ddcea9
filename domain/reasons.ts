/**
 * The closed list of reasons. Codes go into search attributes, metrics and counts; the words are what scripts, the Temporal UI
 * and the README show. A code never changes its meaning.
 */

export interface ReasonText {
  /** what happened, one plain sentence */
  words: string;
  /** what a person can do about it */
  mend: string;
}

const changesIt = 'Nothing to do; it is looked at again when the order changes.';

export const skipReasons = {
  'already-imported': { words: 'Our completed import of this order stands in the target.', mend: 'Nothing to do.' },
  'status-excluded': { words: 'The order has a status that the backfill leaves out.', mend: 'It comes in by itself when it returns to an allowed status.' },
  'checkout-draft': { words: 'The checkout was not finished.', mend: changesIt },
  'test-order': { words: 'The order is a test of the shop’s payment.', mend: 'Nothing to do.' },
  'before-connecting': { words: 'The order is older than the backfill window.', mend: 'Import it by hand: waybill import <integration>/<number>.' },
  'no-products': { words: 'The order has no products.', mend: changesIt },
  'no-customer': { words: 'The order names no customer.', mend: changesIt },
  'no-contact': { words: 'The customer has neither e-mail nor phone.', mend: changesIt },
  'currency-differs': { words: 'The order is in another currency than the books.', mend: 'Enter it by hand, or change the shop’s currency.' },
  'fully-refunded': { words: 'Everything in the order was refunded.', mend: changesIt },
  'linked-by-operator': { words: 'The order stood in the target before we began, and was linked to it.', mend: 'Nothing to do.' },
  'left-out-by-operator': { words: 'An operator left it out.', mend: 'Import it by hand if it is wanted after all.' },
  'person-erased': { words: 'Its customer was erased here after it was ordered.', mend: 'Nothing to do; what they order from now on comes in.' },
  'gone-from-source': { words: 'The platform no longer has this order.', mend: 'Nothing to do.' },
} as const satisfies Record<string, ReasonText>;

export type SkipReason = keyof typeof skipReasons;

export const parkReasons = {
  refused: { words: 'The target refused what was sent.', mend: 'See its words with show; mend the data (edit) or the settings (apply), then retry.' },
  'source-refused': { words: 'The platform refused to give the record.', mend: 'See its words with show, then retry.' },
  'unexpected-reply': { words: 'A reply had a form that its contract does not describe; the field is named.', mend: 'Retry; if it stays, report the field’s name.' },
  'perhaps-the-record': { words: 'The system failed five times on this record alone.', mend: 'It is tried again daily by itself; retry, edit or skip it.' },
  'perhaps-right-missing': { words: 'A line was refused although product and employee exist: perhaps the right “may add products without deduction” is missing.', mend: 'Give that right to the key’s employee in RO App (Settings > Employees > Roles), then retry.' },
  'products-missing': { words: 'Products are missing in the target and creating them is switched off.', mend: 'Create the named products by hand (or switch productCreate on), then retry.' },
  'product-key-missing': { words: 'A line has neither SKU, ID nor name to find its product by.', mend: 'Give it one (edit --set lines.<n>.sku=…), then retry.' },
  'settings-mistake': { words: 'A setting names something the target does not have.', mend: 'Mend waybill.yaml, run waybill apply, then retry.' },
  'order-gone': { words: 'The half-made order was deleted in the target.', mend: 'Retry makes it anew; skip leaves it out.' },
  'bad-data': { words: 'The platform’s data cannot be used as they are; the field is named.', mend: 'Mend the order in the shop or edit it here, then retry.' },
  unforeseen: { words: 'Something failed in a way nobody foresaw.', mend: 'Retry; if it stays, report the run.' },
} as const satisfies Record<string, ReasonText>;

export type ParkReason = keyof typeof parkReasons;

export const pauseReasons = {
  'by-operator': { words: 'Paused by an operator.', mend: 'waybill resume' },
  unauthorised: { words: 'The system no longer accepts our credentials.', mend: 'Put new ones in place, then waybill resume.' },
  forbidden: { words: 'The system refuses the account a harmless reading call.', mend: 'Give the account its rights back, then waybill resume.' },
  'many-parked': { words: 'Twenty records in a row, or a tenth of a page, failed for one reason.', mend: 'See waybill parked; mend it, then waybill resume and waybill retry.' },
  'right-missing': { words: 'Three orders in a row were refused a product line.', mend: 'Give the employee the right “may add products without deduction”, then resume and retry.' },
} as const satisfies Record<string, ReasonText>;

export type PauseReason = keyof typeof pauseReasons;
