import { setTimeout as sleep } from 'node:timers/promises';
import { envelopeDigest, signStatement, type Digest, type Envelope, type Signer } from '@duovir/protocol';
import type { ClockPort, LedgerPort } from '@duovir/engine';
import { appendOnce } from './append-once.ts';
import type { ClockState } from './clock-state.ts';

/** What concerns no run. */
const LOG = 'duovir';
/** Who misses so many is late: something between here and the ledger stands still. */
const MISSED = 3;

export interface HeartbeatParts {
  readonly ledger: LedgerPort;
  readonly signer: Signer;
  readonly clock: ClockPort;
  readonly intervalSeconds: number;
  clockState(): ClockState;
}

/**
 * Signs of life: the log shows that nothing happened, and not that nothing was recorded (PCI DSS 10.2.1.6, 10.7.2). Numbered
 * since the log was started. One that the ledger was not there for comes late, and under its own number.
 */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  readonly #start: Digest;
  readonly #ending = new AbortController();
  #number = 0;
  #last: Date;
  #beating: Promise<void> = Promise.resolve();

  /** `start` is the envelope of the `log-start` that these follow. */
  constructor(parts: HeartbeatParts, start: Envelope) {
    this.#parts = parts;
    this.#start = envelopeDigest(start);
    this.#last = parts.clock.now();
  }

  begin(): void {
    this.#beating = this.#keepBeating();
  }

  /** States the next number, or again the one that did not get through. */
  async beat(): Promise<void> {
    const { ledger, signer, clock, intervalSeconds, clockState } = this.#parts;
    const number = this.#number + 1;
    const now = clock.now();
    const envelope = await signStatement(signer, {
      kind: 'heartbeat',
      run: LOG,
      time: now.toISOString(),
      subject: this.#start,
      predicate: { number, intervalSeconds, clock: clockState() },
    });
    await appendOnce(ledger, `heartbeat/${this.#start}/${number}`, LOG, envelope);
    this.#number = number;
    this.#last = now;
  }

  /** Throws when the last one is too long ago. */
  assertBeating(): void {
    const late = this.#parts.clock.now().getTime() - this.#last.getTime();
    if (late > MISSED * this.#parts.intervalSeconds * 1000)
      throw new Error(`The ledger has had no sign of life since ${this.#last.toISOString()}.`);
  }

  /** Resolves when none can come any more: the log may be stopped. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#beating;
  }

  async #keepBeating(): Promise<void> {
    for (;;) {
      await this.#pause();
      if (this.#ending.signal.aborted) return;
      try {
        await this.beat();
      } catch (error) {
        console.error(`Sign of life ${this.#number + 1} is not in the ledger yet:`, error);
      }
    }
  }

  async #pause(): Promise<void> {
    try {
      await sleep(this.#parts.intervalSeconds * 1000, undefined, { signal: this.#ending.signal, ref: false });
    } catch (error) {
      if (!this.#ending.signal.aborted) throw error;
    }
  }
}
