import type { Signer } from '@duovir/protocol';
import type { ClockPort, LedgerPort, RandomPort, TrustPort } from '@duovir/engine';
import type { RunnerStops } from '../principals/runner-stops.ts';
import type { Events } from '../store/events.ts';
import type { Grants } from '../store/grants.ts';
import type { Runs } from '../store/runs.ts';
import type { Stops } from '../store/stops.ts';

/** What concerns no run. */
export const LOG = 'duovir';

/** What stopping everything and breaking the glass work with. */
export interface EmergencyParts {
  readonly stops: Stops;
  readonly grants: Grants;
  readonly runs: Runs;
  readonly events: Events;
  readonly runnerStops: RunnerStops;
  readonly ledger: LedgerPort;
  readonly trust: TrustPort;
  readonly signer: Signer;
  readonly clock: ClockPort;
  readonly random: RandomPort;
  /** Aborted when the server is being stopped. */
  readonly ending: AbortSignal;
  /** Tells the workflow that people have spoken about a motion. */
  wake(run: string, motion: string): Promise<void>;
  /** Tells the workflow that everything goes on. */
  wakeStopped(run: string): Promise<void>;
}
