/** Whom an order names, as digests: so that a person can be found, erased and compared without being stored in the clear (N9, N16, N23). */
import { normaliseEmail, type Customer } from '../domain/customer.ts';
import type { OrderSummary } from '../domain/ports.ts';
import type { ConnectorContext } from './call.ts';

/** Of the E.164 phone and the lower-case e-mail, the same that the target's index holds. */
export function personDigests({ ledger, company }: Pick<ConnectorContext<unknown>, 'ledger' | 'company'>, customer: Customer | undefined): Pick<OrderSummary, 'phoneDigest' | 'emailDigest'> {
  return {
    ...(customer?.phone?.startsWith('+') ? { phoneDigest: ledger.crypto.digest(company, 'phone', customer.phone) } : {}),
    ...(customer?.email === undefined ? {} : { emailDigest: ledger.crypto.digest(company, 'email', normaliseEmail(customer.email)) }),
  };
}
