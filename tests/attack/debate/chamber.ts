import { expect } from 'vitest';
import { loadSigner } from '@duovir/principal';
import {
  peekStatement,
  type EntryKind,
  type FindingDetail,
  type RunEvent,
  type RunRequest,
  type Statement,
  type TrustPolicy,
} from '@duovir/protocol';
import { newRunId, type Client } from '@duovir/sdk';
import { startSigned } from '../../signed-run.ts';
import { House } from '../house.ts';
import { Cheat, type Trick } from './cheat.ts';

export const GOAL = 'Put nginx in front of two upstreams.';
export const SECURITY = 'reviewer-security';
const ADVERSARY = 'reviewer-adversary';
/** How long a reviewer has. */
export const SECONDS = 3;
const PEOPLE_SECONDS = 1;

type LedgerEntry = Awaited<ReturnType<Client['ledgerEntry']>>;

/** What became of one run. */
export interface Outcome {
  readonly run: string;
  readonly events: readonly RunEvent[];
  readonly entries: readonly LedgerEntry[];
}

/** An installation in which two of the three reviewers belong to an attacker. */
export class Chamber {
  readonly house: House;
  readonly security: Cheat;
  readonly adversary: Cheat;

  private constructor(house: House, security: Cheat, adversary: Cheat) {
    this.house = house;
    this.security = security;
    this.adversary = adversary;
  }

  static async open(): Promise<Chamber> {
    const cheats = new Map<string, Cheat>();
    const house = await House.open({
      change: impatient,
      cheats: (state) => {
        for (const [name, mandate] of [
          [SECURITY, 'security'],
          [ADVERSARY, 'adversary'],
        ] as const)
          cheats.set(name, new Cheat(loadSigner(state.principal(name), name), mandate));
        return Object.fromEntries([...cheats].map(([name, cheat]) => [name, cheat.app()]));
      },
    });
    const [security, adversary] = [...cheats.values()];
    if (!security || !adversary) throw new RangeError('there are two of them');
    return new Chamber(house, security, adversary);
  }

  /** One run, at the end of which nothing is carried. */
  async attempt(trick: Trick, { adversary, ...wishes }: Wishes = {}): Promise<Outcome> {
    const run = newRunId();
    this.security.tricks.set(run, trick);
    if (adversary) this.adversary.tricks.set(run, adversary);
    const { house } = this;
    const wanted = { goal: GOAL, target: 'sandbox', ...wishes } as const;
    await startSigned(house.state.root, house.client(), wanted, 'operator', run);
    const events = await house.events(run);
    return { run, events, entries: await house.entries(run) };
  }

  async close(): Promise<void> {
    await this.house.close();
  }
}

export interface Wishes extends Partial<RunRequest> {
  readonly adversary?: Trick;
}

/** Two reviewers who agree carry everything; where they do not, nobody is waited for for long. */
function impatient(policy: TrustPolicy): TrustPolicy {
  const quorum = Object.fromEntries(
    Object.entries(policy.quorum).map(([riskClass, rule]) => [
      riskClass,
      { ...rule, people: 0, cardholderPeople: 0, reviewSeconds: SECONDS, peopleTimeoutSeconds: PEOPLE_SECONDS },
    ]),
  );
  const { R3 } = quorum;
  return { ...policy, quorum: R3 ? { ...quorum, R3: { ...R3, groups: 1 } } : quorum };
}

/** Nothing is carried, permitted or executed, and the ledger says so. */
export async function refused(house: House, outcome: Outcome, reason: string): Promise<void> {
  const { run, events, entries } = outcome;
  expect(events.at(-1)).toMatchObject({ type: 'run-end', body: { outcome: 'rejected', reason } });
  const kinds = new Set(entries.map(({ kind }) => kind));
  for (const kind of ['permit', 'receipt'] satisfies EntryKind[]) expect(kinds).not.toContain(kind);
  expect(statements(outcome, 'verdict').map(({ predicate }) => predicate.verdict)).not.toContain('carried');
  expect(statements(outcome, 'settlement')).toMatchObject([{ predicate: { outcome: 'rejected', reason, steps: 0 } }]);
  expect(await house.hasSandbox(run)).toBe(false);
}

/** What stands in the ledger of one kind, in its order. */
export function statements<Kind extends EntryKind>({ entries }: Outcome, kind: Kind): Statement<Kind>[] {
  return entries
    .filter((entry) => entry.kind === kind)
    .map(({ envelope }) => peekStatement(envelope) as Statement<Kind>);
}

/** Who has an opinion in the ledger. */
export function opinionsOf({ entries }: Outcome): string[] {
  return entries.filter(({ kind }) => kind === 'opinion').map(({ principal }) => principal);
}

export function found(severity: FindingDetail['severity'], evidence: string[] = ['/steps/0']): FindingDetail {
  return { id: 'f-1', rule: 'security.exposure', severity, step: null, claim: 'It is open to everybody.', evidence };
}
