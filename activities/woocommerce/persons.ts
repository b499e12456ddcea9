/** Whom an order names, as digests (N9, N16, N23). */
export { personDigests } from '../persons.ts';
