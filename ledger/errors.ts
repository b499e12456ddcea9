/** Failures of the ledger itself. None of them holds personal data. */

/** The ledger cannot be reached or is busy for the moment (locked, full disk, connection lost). Retry. */
export class LedgerUnavailableError extends Error {
  override readonly name: string = 'LedgerUnavailableError';
}

/** No room is left where the ledger lies. What was being written is not; nothing else is lost. Retry: it goes on once there is room. */
export class LedgerFullError extends LedgerUnavailableError {
  override readonly name = 'LedgerFullError';
  constructor(options?: ErrorOptions) {
    super('the ledger’s disk is full: nothing goes on until there is room, and nothing is lost meanwhile', options);
  }
}

/** Another run holds a key; benign. */
export class BusyKeyError extends Error {
  override readonly name = 'BusyKeyError';
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('another run holds one of the keys');
    this.retryAfterMs = retryAfterMs;
  }
}

/** Another sender took over: this one must send and record nothing. */
export class StaleFenceError extends Error {
  override readonly name = 'StaleFenceError';
}

/** The process woke after its own deadline: nothing was sent. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** The ledger was written by a newer program; this one refuses to start. */
export class NewerLedgerError extends Error {
  override readonly name = 'NewerLedgerError';
}

/** Digest secret or encryption key differs from the one the ledger was made with. */
export class SecretMismatchError extends Error {
  override readonly name = 'SecretMismatchError';
}

/** A body was sealed with a key that is not configured. */
export class KeyMissingError extends Error {
  override readonly name = 'KeyMissingError';
}

/** The same account under another id, or an id that now names another account. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
}
