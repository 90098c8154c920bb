import { keyIdOf, type Digest, type Principal, type TrustPolicy } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import type { KeyRing } from './keys-file.ts';

const KINDS = ['principal-enrol', 'principal-rotate', 'principal-revoke'] as const;
type Enrolment = Fact<(typeof KINDS)[number]>;

/** Who is enrolled, rotated or revoked stands in the log as well: it is what the trust policies differ in, no more, no less. */
export function enrolmentFindings(chain: Chain, { policies }: KeyRing): Finding[] {
  const said = Map.groupBy(
    KINDS.flatMap((kind): Enrolment[] => chain.all(kind)),
    ({ statement }) => statement.subject,
  );
  const changes = chain.all('trust-policy');
  const [start] = chain.all('log-start');
  const first = start && policies.get(start.statement.predicate.trustPolicy);
  const changed = new Set<Digest>(changes.map(({ statement }) => statement.subject));
  return [
    ...changes.flatMap((change) => {
      const next = policies.get(change.statement.subject);
      const entries = said.get(change.statement.subject) ?? [];
      return next ? changeFindings(change, entries, difference(change.inForce.policy, next.policy)) : [];
    }),
    ...[...said]
      .filter(([subject]) => !changed.has(subject))
      .flatMap(([subject, entries]) => firstFindings(entries, subject === first?.digest ? first.policy : undefined)),
  ];
}

function changeFindings(
  change: Fact<'trust-policy'>,
  entries: readonly Enrolment[],
  meant: readonly string[],
): Finding[] {
  if (entries.map(wordsOf).toSorted().join('\n') === meant.toSorted().join('\n')) return [];
  return [
    findingAt(
      change,
      'principal-change',
      'The entries about principals are not what this trust policy changes about them.',
    ),
  ];
}

/** The policy under which the log was started enrols whom it names; any other has an entry of its own. */
function firstFindings(entries: readonly Enrolment[], policy: TrustPolicy | undefined): Finding[] {
  const enrolled = new Set(policy?.principals.map(enrolment));
  return entries
    .filter((entry) => !enrolled.has(wordsOf(entry)))
    .map((entry) =>
      findingAt(entry, 'principal-change', 'It changes who is enrolled, and no trust policy in force says so.'),
    );
}

function wordsOf({ statement: { kind, predicate } }: Enrolment): string {
  const rest =
    'role' in predicate ? [predicate.role, predicate.group] : 'previous' in predicate ? [predicate.previous] : [];
  return [kind, predicate.principal, predicate.key, ...rest].join(' ');
}

const keyOf = ({ name, publicKey }: Principal): string => keyIdOf(name, Buffer.from(publicKey, 'base64'));
const enrolment = (principal: Principal): string =>
  ['principal-enrol', principal.name, keyOf(principal), principal.role, principal.group].join(' ');
const revocation = (principal: Principal): string => ['principal-revoke', principal.name, keyOf(principal)].join(' ');

/** Who gets another role or group under the same name is somebody else. */
function difference(before: TrustPolicy, after: TrustPolicy): string[] {
  const find = (policy: TrustPolicy, { name, role, group }: Principal): Principal | undefined =>
    policy.principals.find((one) => one.name === name && one.role === role && one.group === group);
  return [
    ...before.principals.filter((principal) => !find(after, principal)).map(revocation),
    ...after.principals.flatMap((principal) => {
      const known = find(before, principal);
      if (!known) return [enrolment(principal)];
      if (keyOf(known) === keyOf(principal)) return [];
      return [['principal-rotate', principal.name, keyOf(principal), keyOf(known)].join(' ')];
    }),
  ];
}
