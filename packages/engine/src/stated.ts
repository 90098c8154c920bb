import {
  DuovirError,
  openStatement,
  peekStatement,
  signStatement,
  type Digest,
  type EntryKind,
  type Envelope,
  type Predicate,
  type Principal,
  type Role,
  type Statement,
  type TrustPolicy,
} from '@duovir/protocol';
import { EngineError } from './error.ts';
import type { Ports } from './ports.ts';
import { present } from './present.ts';

/** A statement that is durable and sequenced: its envelope and its index in the ledger. */
export interface Stated {
  readonly entry: number;
  readonly envelope: Envelope;
}

/** Signs a statement of the server's own and appends it. Repeated after a crash, it finds what was said the first time. */
export async function stateOwn<Kind extends EntryKind>(
  ports: Ports,
  key: string,
  statement: {
    readonly run: string;
    readonly kind: Kind;
    readonly subject: Digest;
    readonly predicate: Predicate<Kind>;
  },
): Promise<Stated> {
  const time = ports.clock.now().toISOString();
  return record(ports, key, statement.run, await signStatement(ports.signer, { ...statement, time }));
}

/**
 * Signs the last word about a run, which names how many entries it has. Whoever says something meanwhile makes it be counted
 * anew, and what there is to say be looked at anew; afterwards the ledger takes nothing more of the run.
 */
export async function stateLast(
  ports: Ports,
  key: string,
  statement: {
    readonly run: string;
    readonly kind: 'settlement';
    readonly subject: Digest;
    predicate(): Promise<Omit<Predicate<'settlement'>, 'entries' | 'chain'>>;
  },
): Promise<Stated> {
  for (;;) {
    // In this order: what is looked at after the count either was counted or makes the ledger refuse.
    const head = await ports.ledger.head(statement.run);
    const predicate = { ...(await statement.predicate()), ...head };
    const time = ports.clock.now().toISOString();
    const envelope = await signStatement(ports.signer, { ...statement, time, predicate });
    try {
      return await record(ports, key, statement.run, envelope, head.entries);
    } catch (error) {
      if (!(error instanceof DuovirError) || error.code !== 'run-grown') throw error;
    }
  }
}

/** Appends somebody's signed statement (Invariant 9). Under a key that is taken, the first statement stays. */
export async function record(
  ports: Ports,
  key: string,
  run: string,
  envelope: Envelope,
  after?: number,
): Promise<Stated> {
  const fullKey = `${run}/${key}`;
  try {
    const order = after === undefined ? {} : { after };
    const [entry] = await ports.ledger.append([{ key: fullKey, run, envelope, ...order }]);
    return { entry: present(entry, 'index of the entry'), envelope };
  } catch (error) {
    if (!(error instanceof DuovirError) || error.code !== 'entry-conflict') throw error;
    const first = await ports.ledger.find(fullKey);
    if (!first || peekStatement(first.envelope).subject !== peekStatement(envelope).subject) throw error;
    return { entry: first.index, envelope: first.envelope };
  }
}

/** The statement, if one enrolled principal with that role signed it. */
export function openFrom<Kind extends EntryKind>(
  ports: Ports,
  envelope: Envelope,
  kind: Kind,
  role: Role,
  name?: string,
): { readonly statement: Statement<Kind>; readonly principal: Principal } {
  return openUnder(ports.trust.current().policy, envelope, kind, role, name);
}

/** The same of what is decided under one trust policy, whatever comes in force meanwhile. */
export function openUnder<Kind extends EntryKind>(
  policy: TrustPolicy,
  envelope: Envelope,
  kind: Kind,
  role: Role,
  name?: string,
): { readonly statement: Statement<Kind>; readonly principal: Principal } {
  const [owner] = envelope.signatures[0].keyid.split('/');
  const principal = policy.principals.find((candidate) => candidate.name === owner && candidate.role === role);
  if (!principal || (name !== undefined && principal.name !== name))
    throw new EngineError('principal-not-enrolled', `${owner ?? 'nobody'} is not enrolled as ${name ?? role}.`);
  try {
    return { statement: openStatement(envelope, kind, principal), principal };
  } catch (cause) {
    throw new EngineError('answer-forged', `${principal.name} did not sign this ${kind}.`, cause);
  }
}

type Thought = 'plan' | 'plan-refusal' | 'clarification' | 'opinion' | 'rebuttal' | 'diagnosis';

/** The same for what an agent has thought. Who has no model has thought with none, whatever it says. */
export function openThought<Kind extends Thought>(
  ports: Ports,
  envelope: Envelope,
  kind: Kind,
  role: Role,
  name?: string,
): { readonly statement: Statement<Kind>; readonly principal: Principal } {
  const opened = openFrom(ports, envelope, kind, role, name);
  const { brain, calls, tokens }: Pick<Predicate<Thought>, 'brain' | 'calls' | 'tokens'> = opened.statement.predicate;
  const isModel = brain === 'model' || calls.length > 0 || tokens > 0;
  if (isModel && opened.principal.brain?.kind !== 'model')
    throw new EngineError('answer-inconsistent', `${opened.principal.name} has no model that it could have asked.`);
  return opened;
}
