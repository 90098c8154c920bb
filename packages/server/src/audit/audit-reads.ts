import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerError } from '@duovir/ledger';
import type { Audited, Origin } from '@duovir/protocol';
import { stateAudit, type AuditParts } from './state-audit.ts';

export interface Reading {
  readonly person: string;
  readonly what: Audited;
  /** Null for what is about several runs, or none. */
  readonly run: string | null;
  readonly origin: Origin;
}

/** For so long nothing more is said of somebody who reads the same again. */
export const WINDOW_SECONDS = 300;
/** Who reads of more runs than this within one window has read of all of them: nobody can fill the ledger by reading it. */
export const MOST_RUNS = 64;
/** How long a reader waits for a ledger that is away. */
const PATIENCE_MS = 10_000;

interface Window {
  readonly stated: Promise<unknown>;
  /** Of the clock; unknown until the entry is durable. */
  until: number | undefined;
}

/**
 * Whoever reads the record is on record himself before the first byte is shown (PCI DSS 10.2.1.3): once for a person, a thing,
 * a run and an origin in five minutes. In memory only: after a restart everybody is new.
 */
export class AuditReads {
  readonly #parts: AuditParts;
  readonly #patienceMs: number;
  /** By person, what and origin; then by run. The people are those of the trust policy, so there are few. */
  readonly #readers = new Map<string, Map<string | null, Window>>();

  constructor(parts: AuditParts, options: { readonly patienceMs?: number } = {}) {
    this.#parts = parts;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  /** Resolves when the reading is on record. Throws `ledger-unavailable`: then nothing may be shown. */
  async before(reading: Reading): Promise<void> {
    const { stated } = this.#windowOf(reading);
    const given = new AbortController();
    try {
      await Promise.race([stated, this.#tooLong(given.signal)]);
    } finally {
      given.abort();
    }
  }

  #windowOf(reading: Reading): Window {
    const reader = `${reading.person} ${reading.what} ${reading.origin}`;
    const windows = this.#readers.get(reader) ?? new Map<string | null, Window>();
    this.#readers.set(reader, windows);
    const now = this.#parts.clock.now().getTime();
    for (const [run, { until }] of windows) if (until !== undefined && until <= now) windows.delete(run);
    const run = windows.has(reading.run) || windows.size < MOST_RUNS ? reading.run : null;
    const known = windows.get(run);
    if (known) return known;
    const window: Window = { stated: this.#state({ ...reading, run }), until: undefined };
    windows.set(run, window);
    window.stated.then(
      () => (window.until = now + WINDOW_SECONDS * 1000),
      // Nothing is on record: the next one tries anew.
      () => windows.delete(run),
    );
    return window;
  }

  async #state({ person, what, run, origin }: Reading): Promise<void> {
    await stateAudit(this.#parts, 'audit-read', { person, what, run, origin, withinSeconds: WINDOW_SECONDS });
  }

  async #tooLong(signal: AbortSignal): Promise<never> {
    await sleep(this.#patienceMs, undefined, { signal, ref: false });
    throw new LedgerError('ledger-unavailable', 'What is read has to be on record first, and the ledger is away.');
  }
}
