import {
  createGateway,
  createGuard,
  createKeyResolver,
  createPostgresBudget,
  type BudgetLedger,
  type Guard,
  type Scrubber,
} from '@duovir/egress';
import type { ClockPort, LedgerPort, ModelPort, RandomPort, TrustPort } from '@duovir/engine';
import { DuovirError, type Signer } from '@duovir/protocol';
import { lettersOf } from '../random.ts';
import type { Store } from '../store/store.ts';
import { BudgetAlerts } from './budget-alerts.ts';
import { CallEvents } from './call-events.ts';
import { EgressLog } from './egress-log.ts';
import { OpenCalls } from './open-calls.ts';
import { runFacts } from './run-facts.ts';
import { RunModels } from './run-models.ts';
import type { SecretInput } from './secret-inputs.ts';
import { sensitiveValues } from './sensitive-values.ts';
import { serveGateway } from './serve-gateway.ts';

const CALL_LETTERS = 26;
const MARK_BYTES = 8;
/** Detectors take some milliseconds; a text that holds them up longer does not leave. */
const GUARD_DEADLINE_MS = 2000;

export interface GatewayOptions {
  readonly store: Store;
  readonly databaseUrl: string;
  readonly ledger: LedgerPort;
  readonly trust: TrustPort;
  readonly signer: Signer;
  readonly clock: ClockPort;
  readonly random: RandomPort;
  /** Where keys by reference to the environment are found. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly own: readonly SecretInput[];
  readonly scrubber: Scrubber;
  readonly socket: string;
}

export interface OpenGateway {
  readonly budget: BudgetLedger;
  readonly models: ModelPort;
  close(): Promise<void>;
}

/** Everything between the agents and their models: budget, guard, records, and the socket that agents ask at. */
export async function openGateway(options: GatewayOptions): Promise<OpenGateway> {
  const { store, databaseUrl, trust, clock, random, own } = options;
  const { database, events, egressCalls, placeholders, runs } = store;
  const now = (): Date => clock.now();
  const budget = createPostgresBudget({
    database,
    connectionString: databaseUrl,
    now,
  });
  const log = new EgressLog({ ...store, ...options });
  const openCalls = new OpenCalls({ ...store, ledger: options.ledger, budget, log });
  await budget.recover();
  await openCalls.recover();

  const calls = new CallEvents(events, clock, (call) => log.takeEnd(call));
  const alerts = new BudgetAlerts(events, store.motions, calls);
  const endAlerts = budget.onAlert((alert) => alerts.tell(alert));
  const keys = createKeyResolver({ environment: options.environment, fetch, clock: now });
  const guard = guardWhenAsked(() => trust.current().policy.egress.internalDomains);
  const gateway = createGateway({
    trust: () => trust.current(),
    run: (run, motion) => runFacts({ ...store, trust }, run, motion),
    sensitive: (run) =>
      sensitiveValues({ runs, placeholders, keys, guard, models: trust.current().policy.egress.models, own }, run),
    guard,
    budget,
    records: log,
    keys,
    progress: (progress) => calls.tell(progress),
    fault: (error) => console.error('A call to a model:', readable(error, options.scrubber)),
    clock: now,
    callId: () => `call-${lettersOf(Buffer.from(random.hex(CALL_LETTERS), 'hex'))}`,
    mark: () => random.hex(MARK_BYTES),
    fetch,
  });
  const socket = await serveGateway(gateway, options.socket);
  return {
    budget,
    models: new RunModels(egressCalls, placeholders, openCalls),
    close: async () => {
      await gateway.close();
      await socket.close();
      endAlerts();
      await guard.close();
      await budget.close();
    },
  };
}

/** The internal domains are those of the trust policy when somebody first asks. */
function guardWhenAsked(internalDomains: () => readonly string[]): Guard {
  let guard: Guard | undefined;
  const started = (): Guard =>
    (guard ??= createGuard({ deadlineMs: GUARD_DEADLINE_MS, internalDomains: internalDomains() }));
  return {
    detect: (text) => started().detect(text),
    learnSchema: (texts) => started().learnSchema(texts),
    look: (texts, known) => started().look(texts, known),
    close: async () => guard?.close(),
  };
}

/** Words of others may repeat what they were sent. */
function readable(error: unknown, scrubber: Scrubber): string {
  if (error instanceof DuovirError) return `${String(error.code)}: ${error.message}`;
  return scrubber.scrub(error instanceof Error ? `${error.name}: ${error.message}` : 'an unknown error');
}
