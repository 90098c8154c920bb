import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EgressError } from '../error.ts';
import { BUDGET_CHANNEL } from './model-switch.ts';

const HEARTBEAT_MS = 500;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

export interface BudgetListenerOptions {
  readonly connectionString: string;
  readonly owner: number;
  /** The switch was turned, or may have been while nobody listened. */
  readonly onSwitch: () => Promise<void>;
  /** Room may have come free. */
  readonly onRoom: () => void;
}

/**
 * One connection of this process's own: it hears the kill switch, and its lock says that the owner of reservations is
 * alive. PostgreSQL drops the lock with the process, however that dies.
 */
export class BudgetListener {
  readonly #options: BudgetListenerOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #listening = Promise.withResolvers<void>();
  #isListening = false;
  #trouble: unknown;

  constructor(options: BudgetListenerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Resolves while the switch can be heard. Who cannot hear it must begin nothing. */
  async listening(patienceMs: number, signal: AbortSignal): Promise<void> {
    if (this.#isListening) return;
    const gaveUp = Promise.withResolvers<never>();
    const giveUp = (): void => gaveUp.reject(signal.reason);
    const timer = setTimeout(() => gaveUp.reject(this.#unavailable()), patienceMs);
    signal.addEventListener('abort', giveUp);
    try {
      await Promise.race([this.#listening.promise, gaveUp.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  #unavailable(): EgressError {
    return new EgressError('budget-unavailable', 'PostgreSQL does not answer, so nothing was sent.', this.#trouble);
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.#listen(() => (pause = FIRST_PAUSE_MS));
      } catch (error) {
        this.#trouble = error;
      }
      // Rejects only when it is closed, which ends the loop.
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until the connection breaks. */
  async #listen(connected: () => void): Promise<never> {
    const { connectionString, owner, onSwitch, onRoom } = this.#options;
    const client = new pg.Client({
      connectionString,
      application_name: 'duovir-budget',
      connectionTimeoutMillis: 5000,
      query_timeout: 2000,
      keepAlive: true,
    });
    const broken = Promise.withResolvers<never>();
    // It may break while nobody waits for it; whoever waits next hears of it.
    broken.promise.catch(() => undefined);
    client.on('error', broken.reject);
    client.on('end', () => broken.reject(new Error('the connection was closed')));
    client.on('notification', ({ payload }) => {
      if (payload === 'room') onRoom();
      else onSwitch().catch(broken.reject);
    });
    try {
      await client.connect();
      await client.query('select pg_advisory_lock_shared($1)', [owner]);
      await client.query(`listen ${BUDGET_CHANNEL}`);
      await onSwitch();
      this.#isListening = true;
      this.#listening.resolve();
      connected();
      onRoom();
      for (;;) {
        await Promise.race([sleep(HEARTBEAT_MS, undefined, { signal: this.#closing.signal }), broken.promise]);
        await Promise.race([client.query('select'), broken.promise]);
      }
    } finally {
      if (this.#isListening) this.#listening = Promise.withResolvers<void>();
      this.#isListening = false;
      await client.end();
    }
  }
}
