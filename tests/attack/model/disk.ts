import type { assertFence } from '@duovir/runner/permit/fence';

/** What survives every kill: files of the runner, each written as a whole or not at all. */
export class Disk {
  readonly used = new Set<string>();
  /** Of all permits so far, for the eyes of the checker only. */
  marked = 0;
  readonly receipts = new Set<string>();
  readonly stops = new Set<number>();
  fence: Parameters<typeof assertFence>[2] = { kind: 'open', generation: 0 };
  /** Index of the trust policy file, and the highest version a runner has ever accepted. */
  trustPolicy = 0;
  highestVersion = 0;

  /** Exclusive creation: of two at once one fails. */
  claim(permit: string): boolean {
    if (this.used.has(permit)) return false;
    this.used.add(permit);
    return true;
  }

  key(): string {
    const fence = this.fence.kind === 'open' ? this.fence.generation : 'settled';
    return [
      [...this.used].join(),
      this.receipts.size,
      this.stops.size,
      fence,
      this.trustPolicy,
      this.highestVersion,
    ].join('|');
  }
}
