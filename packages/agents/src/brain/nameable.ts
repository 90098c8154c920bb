/** Whether a ledger entry can name it as a cause: printable, without spaces, not long (Invariant 12). */
export function isNameable(cause: string): boolean {
  return /^[\x21-\x7e]{1,256}$/.test(cause);
}
