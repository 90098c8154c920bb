import { keyIdOf, type Principal, type TrustPolicy } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import type { KeyRing } from './keys-file.ts';

/** Who is enrolled, rotated or revoked stands in the log as well, and nothing rests any more on the word of who was revoked. */
export function trustFindings(chain: Chain, { policies }: KeyRing): Finding[] {
  return [
    ...chain.all('trust-policy').flatMap((change) => {
      const next = policies.get(change.statement.subject);
      return next ? changeFindings(chain, change, next.policy) : [];
    }),
    ...chain.all('receipt').flatMap((receipt) => supersededFindings(chain, receipt)),
  ];
}

const KINDS = ['principal-enrol', 'principal-rotate', 'principal-revoke'] as const;
type Enrolment = Fact<(typeof KINDS)[number]>;

/** The entries about principals are the difference of the two policies: no more, no less. */
function changeFindings(chain: Chain, change: Fact<'trust-policy'>, next: TrustPolicy): Finding[] {
  const said = KINDS.flatMap((kind): Enrolment[] => chain.all(kind))
    .filter(({ statement }) => statement.subject === change.statement.subject)
    .map(({ statement: { kind, predicate } }) =>
      [kind, predicate.principal, predicate.key, 'previous' in predicate ? predicate.previous : ''].join(' '),
    );
  // The first policy of a log changes nobody: whom it enrols, it names itself.
  const isFirst = change.statement.predicate.previous === null;
  const meant = isFirst ? said : difference(change.inForce.policy, next);
  if (said.toSorted().join('\n') === meant.toSorted().join('\n')) return [];
  return [
    findingAt(
      change,
      'principal-change',
      'The entries about principals are not what this trust policy changes about them.',
    ),
  ];
}

const keyOf = ({ name, publicKey }: Principal): string => keyIdOf(name, Buffer.from(publicKey, 'base64'));

function difference(before: TrustPolicy, after: TrustPolicy): string[] {
  const old = new Map(before.principals.map((principal) => [principal.name, principal]));
  const kept = new Set(after.principals.map(({ name }) => name));
  return [
    ...after.principals.flatMap((principal) => {
      const known = old.get(principal.name);
      if (!known) return [`principal-enrol ${principal.name} ${keyOf(principal)} `];
      if (keyOf(known) === keyOf(principal)) return [];
      return [`principal-rotate ${principal.name} ${keyOf(principal)} ${keyOf(known)}`];
    }),
    ...before.principals
      .filter(({ name }) => !kept.has(name))
      .map((principal) => `principal-revoke ${principal.name} ${keyOf(principal)} `),
  ];
}

/**
 * What was decided under the policy before is carried out until the officer's date, and only while all whose word it rests on
 * are still enrolled. Only what the runner took for good is a fault: a permit that it refused has done nothing.
 */
function supersededFindings(chain: Chain, receipt: Fact<'receipt'>): Finding[] {
  const { permit: id, purpose, startedAt } = receipt.statement.predicate;
  const permit = chain.permit(receipt.statement.run, id);
  const verdict = permit && chain.named(permit.statement.predicate.verdict, 'verdict');
  if (!verdict || verdict.statement.predicate.trustPolicy === receipt.inForce.digest) return [];
  const findings: Finding[] = [];
  const { supersedes } = receipt.inForce.policy;
  const isBefore = supersedes?.digest === verdict.statement.predicate.trustPolicy;
  // What was begun may be undone after its time.
  if (!isBefore || (purpose === 'apply' && startedAt > supersedes.decidedUntil))
    findings.push(
      findingAt(
        receipt,
        'policy-expired',
        'It had been decided under a trust policy whose decisions were no longer to be carried out.',
      ),
    );
  const gone = goneSince(chain, verdict, receipt.inForce.policy);
  if (gone !== undefined)
    findings.push(
      findingAt(receipt, 'permit-revoked', `It rests on the word of ${gone}, whose key had been taken back.`),
    );
  return findings;
}

function goneSince(chain: Chain, verdict: Fact<'verdict'>, policy: TrustPolicy): string | undefined {
  const { opinions, approvals, breakGlass } = verdict.statement.predicate;
  const enrolled = new Set(policy.principals.map(keyOf));
  const voices: (Fact | undefined)[] = [
    verdict,
    ...opinions.map((digest) => chain.named(digest, 'opinion')),
    ...approvals.map((digest) => chain.named(digest, 'approval')),
    ...breakGlass.map((digest) => chain.named(digest, 'break-glass')),
  ];
  return voices.find((voice) => voice && !enrolled.has(keyOf(voice.principal)))?.principal.name;
}
