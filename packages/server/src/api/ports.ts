import type { Health, Signer } from '@duovir/protocol';
import type { ClockPort, LedgerPort, RandomPort, TrustPort } from '@duovir/engine';
import type { BudgetLedger } from '@duovir/egress';
import type { PostgresLog } from '@duovir/ledger';
import type { Shredder } from '../blob/shredder.ts';
import type { EmergencyParts } from '../emergency/parts.ts';
import type { EventStream } from '../feed/event-stream.ts';
import type { Store } from '../store/store.ts';
import type { AccessGate } from '../access/access-gate.ts';
import type { AccessRefusals } from '../audit/access-refusals.ts';
import type { AuditReads } from '../audit/audit-reads.ts';
import type { LoginDesk } from '../login/login-desk.ts';
import type { Tokens } from '../access/tokens.ts';
import type { WhyIndex } from '../why/why-index.ts';
import type { TrustOffice } from '../trust/trust-office.ts';

/** What the API speaks for. */
export interface Api extends Store, EmergencyParts {
  readonly ledger: LedgerPort;
  readonly log: PostgresLog;
  readonly whyIndex: WhyIndex;
  readonly budget: BudgetLedger;
  readonly stream: EventStream;
  readonly trust: TrustPort;
  readonly trustOffice: TrustOffice;
  readonly tokens: Tokens;
  readonly gate: AccessGate;
  readonly auditReads: AuditReads;
  readonly refusals: AccessRefusals;
  readonly shredder: Shredder;
  readonly login: LoginDesk;
  readonly signer: Signer;
  readonly clock: ClockPort;
  readonly random: RandomPort;
  /** Names under which this server may be called (against DNS rebinding), besides addresses in figures. */
  readonly hosts: readonly string[];
  health(): Promise<Health>;
  /** Starts the workflow of an accepted run; the second call for one run changes nothing. */
  submit(run: string): Promise<void>;
  /** Tells the workflow that people have spoken about a motion, or that the run is to stop. */
  wake(run: string, motion: string): Promise<void>;
  /** Tells the workflow that the planner's question has an answer, or that the run is to stop. */
  wakeAsking(run: string): Promise<void>;
  /** Stops what is running for this run now. */
  halt(run: string): Promise<void>;
}
