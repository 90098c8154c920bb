import type {
  CallPurpose,
  Digest,
  ModelAnswer,
  ModelRequest,
  PlaceholderKind,
  Principal,
  ProviderName,
  TrustPolicy,
} from '@duovir/protocol';
import type { Amount } from '../budget/amount.ts';
import type { BudgetLedger } from '../budget/budget-ledger.ts';
import type { Guard } from '../guard/guard.ts';
import type { KeyResolver } from '../key/key-resolver.ts';
import type { PlaceholderVault } from '../placeholder/placeholder-vault.ts';
import type { RegisteredValues } from '../registered/registered-values.ts';
import type { SchemaNameKind } from '../sql/schema-names.ts';

/** What the gateway knows about a run, from the server's own store and never from the agent that asks. */
export interface RunFacts {
  readonly run: string;
  readonly dataClass: TrustPolicy['egress']['allowed'][number];
  readonly team: string;
  /** Settled runs ask nothing any more. */
  readonly open: boolean;
  /** Whether the run is being healed or undone: its calls may use the landing reserve (Invariant 8). */
  readonly landing: boolean;
  readonly course: RunCourse;
}

/** How a run has gone so far, for finding runs that go round in circles. Lists are oldest first. */
export interface RunCourse {
  /** Whatever names how far it has come: changes when a motion is decided or a step ends. */
  readonly state: string;
  /** Digests of the plans that came before the council. */
  readonly plans: readonly string[];
  /** Signatures of the failures that were diagnosed. */
  readonly failures: readonly string[];
}

/** One try of a call, just before its bytes leave. */
export interface Leaving {
  readonly run: string;
  readonly call: string;
  readonly try: number;
  readonly principal: string;
  readonly purpose: CallPurpose;
  readonly question: Digest;
  /** Alias in the trust policy. */
  readonly model: string;
  readonly provider: ProviderName;
  readonly dataClass: RunFacts['dataClass'];
  /** The exact body, as the provider gets it. */
  readonly body: Uint8Array;
  readonly redactions: Partial<Record<PlaceholderKind, number>>;
  readonly reserved: Amount;
}

export interface Ended {
  readonly run: string;
  readonly call: string;
  readonly try: number;
  /** Digest of the bytes that left. */
  readonly body: Digest;
  readonly outcome: 'answered' | 'failed' | 'aborted' | 'unknown';
  readonly status: number | null;
  /** The provider's answer as far as it came. */
  readonly received: Uint8Array | null;
  readonly spent: Amount;
}

/** Every fact of a call is in the ledger before it takes effect (Invariant 9). A rejected promise means: nothing may leave. */
export interface EgressRecords {
  /** The agent's own signed question. */
  asked(request: ModelRequest, principal: Principal): Promise<void>;
  leaving(leaving: Leaving): Promise<void>;
  ended(ended: Ended): Promise<void>;
  /** The finished answer to a question, so that a crash does not make it be asked and paid twice (Invariant 11). */
  answerTo(question: Digest, principal: string): Promise<ModelAnswer | undefined>;
  keep(question: Digest, principal: string, answer: ModelAnswer): Promise<void>;
}

/** People see models at work. Losing one of these loses nothing. */
export type CallProgress =
  | {
      readonly kind: 'started';
      readonly run: string;
      readonly call: string;
      readonly principal: string;
      readonly purpose: CallPurpose;
      readonly model: string;
      readonly reserved: Amount;
      readonly redactions: number;
    }
  | {
      readonly kind: 'writing';
      readonly run: string;
      readonly call: string;
      readonly principal: string;
      readonly tokens: number;
    }
  | {
      readonly kind: 'retrying';
      readonly run: string;
      readonly call: string;
      readonly principal: string;
      readonly try: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'ended';
      readonly run: string;
      readonly call: string;
      readonly principal: string;
      readonly outcome: 'answered' | 'failed' | 'aborted' | 'refused';
      readonly explanation: string;
      readonly spent: Amount;
      readonly milliseconds: number;
    };

/** What must not leave a run, and what stands for it there. The same for all its agents. */
export interface SensitiveFacts {
  readonly registered: RegisteredValues;
  readonly vault: PlaceholderVault;
  /** Names of the run's databases: from registered schemas, from stored placeholders, and learned here from prompts. */
  readonly schema: Map<string, SchemaNameKind>;
  /**
   * Resolves once every placeholder issued so far is stored, also those that another call has just issued: nobody can
   * restore one that is lost.
   */
  store(): Promise<void>;
}

/** What the gateway is given by its server. */
export interface GatewayPorts {
  trust(): { readonly policy: TrustPolicy; readonly digest: Digest };
  /** Undefined where there is no such run, or the motion is not one of it: agents could else choose whose budget they use. */
  run(run: string, motion: Digest | null): Promise<RunFacts | undefined>;
  sensitive(run: string): Promise<SensitiveFacts>;
  readonly guard: Guard;
  readonly budget: BudgetLedger;
  readonly records: EgressRecords;
  readonly keys: KeyResolver;
  progress(event: CallProgress): void;
  /** What went wrong and has no other place to be told: for the server's log. */
  fault(error: unknown): void;
  clock(): Date;
  /** A new id, as `callIdSchema` has it, and 16 hexadecimal digits that nobody can guess. */
  callId(): string;
  mark(): string;
  readonly fetch: typeof globalThis.fetch;
}
