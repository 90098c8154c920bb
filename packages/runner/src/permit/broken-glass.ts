import type { BreakGlass, Grounds, Predicate, RiskClass } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { assertCounted } from './counted.ts';
import { CLOCK_SKEW_MS } from './lifetime.ts';
import { openEnrolled, type Signed } from './signed-statement.ts';
import type { DecidingPolicy } from './trust-anchor.ts';
import { assertDistinct } from './voice.ts';

/** What concerns no run. */
const LOG = 'duovir';

export interface BrokenGlass {
  readonly people: readonly string[];
  /** In milliseconds since 1970. */
  readonly until: number;
}

/** Who has broken the glass together for motions of this class: each with an own key, for no longer than the policy allows. */
export function openBreakGlass(
  { breakGlass: envelopes }: Grounds,
  verdict: Predicate<'verdict'>,
  riskClass: RiskClass,
  deciding: DecidingPolicy,
  now: Date,
): BrokenGlass {
  assertCounted(envelopes, verdict.breakGlass, { missing: 'break-glass-forged', extra: 'break-glass-forged' });
  if (envelopes.length === 0) return { people: [], until: Number.POSITIVE_INFINITY };
  const { breakGlass } = deciding.policy;
  if (!breakGlass) throw new RunnerError('break-glass-forged', 'The trust policy lets nobody break the glass.');
  const grants = envelopes.map((envelope) =>
    openEnrolled(envelope, 'break-glass', 'person', deciding, 'break-glass-forged'),
  );
  assertDistinct(grants.map(({ signer }) => signer));
  for (const grant of grants) {
    assertOne(grant, grants[0] ?? grant, riskClass, deciding);
    assertBoxed(grant, breakGlass, now);
  }
  return {
    people: grants.map(({ signer }) => signer.name),
    until: Math.min(...grants.map(({ statement }) => Date.parse(statement.predicate.until))),
  };
}

type Grant = Signed<'break-glass'>;

function assertOne({ signer, statement }: Grant, first: Grant, riskClass: RiskClass, { digest }: DecidingPolicy): void {
  if (statement.run !== LOG || statement.subject !== digest)
    throw new RunnerError('break-glass-forged', `${signer.name} broke the glass under another trust policy.`);
  if (statement.predicate.grant !== first.statement.predicate.grant)
    throw new RunnerError('break-glass-forged', `${signer.name} broke the glass for another emergency.`);
  if (!statement.predicate.classes.includes(riskClass))
    throw new RunnerError('break-glass-forged', `${signer.name} broke the glass for other classes than ${riskClass}.`);
}

/** Nobody can sign today for a week from now, nor once for ever. */
function assertBoxed({ signer, statement }: Grant, { minutes }: BreakGlass, now: Date): void {
  const [from, until] = [Date.parse(statement.time), Date.parse(statement.predicate.until)];
  if (!(from <= now.getTime() + CLOCK_SKEW_MS))
    throw new RunnerError('break-glass-forged', `${signer.name} dates the emergency into the future.`);
  if (!(until - from <= minutes * 60_000))
    throw new RunnerError('break-glass-forged', `${signer.name} broke the glass for longer than ${minutes} minutes.`);
}
