const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 20;

/** `run-` and twenty letters of base 32: whoever signs a request picks the run that it is for. */
export function newRunId(): string {
  // 256 is a multiple of 32: every letter is equally likely.
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(LENGTH)), (byte) => LETTERS.charAt(byte % 32));
  return `run-${letters.join('')}`;
}
