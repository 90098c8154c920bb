import type { Health, Signer } from '@duovir/protocol';
import type { ClockPort, RandomPort, TrustPort } from '@duovir/engine';
import type { PostgresLog } from '@duovir/ledger';
import type { EventStream } from '../feed/event-stream.ts';
import type { Approvals } from '../store/approvals.ts';
import type { Documents } from '../store/documents.ts';
import type { Events } from '../store/events.ts';
import type { Motions } from '../store/motions.ts';
import type { Runs } from '../store/runs.ts';
import type { Settings } from '../store/settings.ts';
import type { ServerLedger } from '../ledger/server-ledger.ts';
import type { Tokens } from './tokens.ts';

/** What the API speaks for. */
export interface Api {
  readonly runs: Runs;
  readonly events: Events;
  readonly motions: Motions;
  readonly approvals: Approvals;
  readonly settings: Settings;
  readonly documents: Documents;
  readonly ledger: ServerLedger;
  readonly log: PostgresLog;
  readonly stream: EventStream;
  readonly trust: TrustPort;
  readonly tokens: Tokens;
  readonly signer: Signer;
  readonly clock: ClockPort;
  readonly random: RandomPort;
  /** Names under which this server may be called (against DNS rebinding), besides those of the loopback. */
  readonly hosts: readonly string[];
  health(): Promise<Health>;
  /** Starts the workflow of an accepted run; the second call for one run changes nothing. */
  submit(run: string): Promise<void>;
  /** Tells the workflow that people have spoken about a motion, or that the run is to stop. */
  wake(run: string, motion: string): Promise<void>;
  /** Stops what is running for this run now. */
  halt(run: string): Promise<void>;
}
