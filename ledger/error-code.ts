/** The machine-readable code of a driver's error, or an empty text: errors are told apart by it, never by their words. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
