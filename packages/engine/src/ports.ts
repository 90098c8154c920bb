import type {
  AcceptedRequest,
  AttestAnswer,
  AttestRequest,
  CommitmentAnswer,
  DiagnoseAnswer,
  DiagnoseRequest,
  Digest,
  Envelope,
  ExecuteRequest,
  NewEvent,
  PatchAnswer,
  PatchRequest,
  Plan,
  PlanAnswer,
  PlanRequest,
  RebuttalAnswer,
  RebuttalRequest,
  Restoration,
  RevealAnswer,
  ReviewRequest,
  RiskClass,
  SandboxHandle,
  Signer,
  TrustPolicy,
} from '@duovir/protocol';

/** The engine's whole view of the world. Everything that can block, fail or lie stands behind one of these. */
export interface Ports {
  readonly planner: PlannerPort;
  /** By principal name. */
  readonly reviewers: ReadonlyMap<string, ReviewerPort>;
  readonly healer: HealerPort;
  readonly runner: RunnerPort;
  readonly attestor: AttestorPort;
  readonly ledger: LedgerPort;
  readonly documents: DocumentPort;
  readonly events: EventPort;
  readonly runs: RunPort;
  readonly trust: TrustPort;
  readonly models: ModelPort;
  readonly emergency: EmergencyPort;
  /** The server's own key; it signs what the engine itself states. */
  readonly signer: Signer;
  readonly clock: ClockPort;
  readonly random: RandomPort;
}

export interface PlannerPort {
  plan(request: PlanRequest): Promise<PlanAnswer>;
  rebut(request: RebuttalRequest): Promise<RebuttalAnswer>;
}

export interface ReviewerPort {
  /** Gives up after `limitMs`. */
  commit(request: ReviewRequest, limitMs: number): Promise<CommitmentAnswer>;
  /** Gives up after `limitMs`. Undefined when the reviewer has forgotten its commitment (it was restarted): the round is asked anew. */
  reveal(request: { run: string; round: number; motion: Digest }, limitMs: number): Promise<RevealAnswer | undefined>;
}

export interface HealerPort {
  diagnose(request: DiagnoseRequest): Promise<DiagnoseAnswer>;
  patch(request: PatchRequest): Promise<PatchAnswer>;
  rebut(request: RebuttalRequest): Promise<RebuttalAnswer>;
}

export type Execution =
  | {
      readonly kind: 'receipt';
      readonly receipt: Envelope;
      readonly stdout: string;
      readonly stderr: string;
      readonly sandbox: SandboxHandle | null;
    }
  | {
      readonly kind: 'refusal';
      readonly refusal: Envelope;
      readonly code: string;
      readonly message: string;
      readonly remedy: string;
    }
  /** The permit was used and the runner died before a receipt: its sandbox, and all effects in it, are gone. */
  | { readonly kind: 'interrupted' };

export interface RunnerPort {
  /** Idempotent by permit: an execution that is under way is joined, a finished one returns its receipt (Invariant 11). */
  execute(
    request: ExecuteRequest,
    permit: string,
    onLog: (stream: 'stdout' | 'stderr', text: string) => void,
  ): Promise<Execution>;
  /** Null when the run has no living sandbox. */
  sandbox(run: string): Promise<SandboxHandle | null>;
  /** Stops what is running for this run now; the execution then ends with cause `cancelled`. */
  stop(run: string): Promise<void>;
  /** Closes the run's sandbox. The runner asks for the settlement and its proof: nobody may pull it away before. */
  release(run: string, settlement: Envelope, proof: string): Promise<void>;
}

export interface AttestorPort {
  attest(request: AttestRequest): Promise<AttestAnswer>;
}

export interface LedgerEntry {
  /** Unique over the log: the same key appended again returns the first index (Invariant 11). */
  readonly key: string;
  readonly run: string;
  readonly envelope: Envelope;
  /** Only as the next entry of a run that has exactly so many; refused with `run-grown` otherwise. */
  readonly after?: number;
}

export interface LedgerPort {
  /**
   * Returns when the entries are durable and sequenced (Invariant 9). Waits and tries again while the ledger is unavailable.
   * A run that is settled takes nothing more: `run-settled`.
   */
  append(entries: readonly LedgerEntry[]): Promise<readonly number[]>;
  /** The entry appended under this key, if any. A repeated step finds what it stated before the crash. */
  find(key: string): Promise<{ readonly index: number; readonly envelope: Envelope } | undefined>;
  /** tlog-proof text under a cosigned checkpoint. */
  prove(index: number): Promise<string>;
  /** How many entries a run has, and the chain they make. */
  head(run: string): Promise<{ readonly entries: number; readonly chain: Digest }>;
}

/** Content that the ledger only commits to, sealed one by one (Invariant 12). */
export interface DocumentPort {
  /** Stores the value under its digest and returns its commitment. The first salt for a digest stays. */
  put(
    run: string,
    role: string,
    value: unknown,
    salt: string,
  ): Promise<{ readonly digest: Digest; readonly commitment: Digest }>;
  get(digest: Digest): Promise<unknown>;
}

export interface EventPort {
  /** Idempotent by (run, key). */
  publish(run: string, key: string, event: NewEvent): Promise<unknown>;
  /** Lines of a running step: numbered by the store, not repeated when the execution is joined again. */
  log(
    run: string,
    line: {
      readonly step: string;
      readonly attempt: number;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    },
  ): void;
}

export type RunState =
  | { readonly kind: 'running'; readonly stage: string }
  | {
      readonly kind: 'waiting';
      readonly motion: Digest;
      readonly riskClass: string;
      readonly people: readonly string[];
      readonly needed: number;
      readonly until: string;
    }
  | { readonly kind: 'asking'; readonly question: string; readonly until: string }
  | { readonly kind: 'settled'; readonly outcome: string; readonly reason: string; readonly explanation: string };

export interface RunPort {
  setState(run: string, state: RunState, facts: { readonly playbook?: string; readonly heals?: number }): Promise<void>;
  /** Whether a person has asked to stop this run. */
  cancelled(run: string): Promise<boolean>;
  /** Remembers a motion and, later, its verdict, so that people can list and read it. */
  recordMotion(motion: {
    readonly run: string;
    readonly digest: Digest;
    readonly kind: 'plan' | 'heal';
    readonly revision: number;
    readonly riskClass: string;
    readonly reasons: readonly string[];
  }): Promise<void>;
  /** What a person answered to the planner's question, if anybody has. */
  clarification(run: string): Promise<{ readonly person: string; readonly answer: string } | undefined>;
  recordVerdict(motion: Digest, verdict: string, explanation: string): Promise<void>;
  /** Approvals and rejections people have signed so far. */
  approvals(motion: Digest): Promise<readonly Envelope[]>;
  accepted(run: string): Promise<AcceptedRequest>;
  /** The requester's own signed statement, if there is one. */
  intent(run: string): Promise<Envelope | null>;
}

/** What people have stopped or opened for everything at once. */
export interface EmergencyPort {
  /** Null unless somebody has stopped everything. */
  stop(): Promise<{ readonly person: string; readonly reason: string } | null>;
  /** The statements of those who have broken the glass together, for this class and as long as it lasts; else none. */
  breakGlass(riskClass: RiskClass): Promise<{
    readonly people: readonly string[];
    readonly until: string;
    readonly statements: readonly Envelope[];
  } | null>;
}

/** What model calls leave behind for a run. */
export interface ModelPort {
  /** Opens every placeholder that the plan lists, for the runner and the attestor (Invariant 4). */
  restorations(run: string, plan: Plan): Promise<readonly Restoration[]>;
  /** Everything spent on the run's calls; calls that are still open are settled first (Invariant 8). */
  spent(run: string): Promise<{ readonly tokens: number; readonly microUsd: number }>;
}

export interface TrustPort {
  /** The signed trust policy in force. */
  current(): { readonly policy: TrustPolicy; readonly digest: Digest };
  /** One that is or was in force: what has been decided under it is carried out under it. Undefined for any other. */
  known(digest: Digest): { readonly policy: TrustPolicy; readonly digest: Digest } | undefined;
}

export interface ClockPort {
  /** UTC, milliseconds. */
  now(): Date;
}

export interface RandomPort {
  hex(bytes: number): string;
  /** A new permit id: `permit-` and 26 lower-case letters and digits. */
  permitId(): string;
}
