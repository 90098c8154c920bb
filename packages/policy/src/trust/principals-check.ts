import { isSoundKey, type Principal, type Role, type TrustPolicy } from '@duovir/protocol';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

const exactlyOne: readonly Role[] = ['server', 'runner', 'attestor'];
const atLeastOne: readonly Role[] = ['planner', 'healer', 'witness', 'person'];
const firstAsked: readonly Role[] = ['planner', 'healer'];
/** Sockets, folders and key ids that are no principal's: one of that name would answer, or sign, in their place. */
const reserved = new Set(['duovir', 'gateway', 'officer', 'postgres', 'supervisor']);

/** Whether there is everybody an installation needs, once, and with what their role needs. */
export function checkPrincipals(policy: TrustPolicy): TrustFinding[] {
  const { principals } = policy;
  const places = principals.map((principal, index) => ({ principal, at: ['principals', index] as const }));
  return [
    ...[...exactlyOne, ...atLeastOne].flatMap((role) => missing(principals, role)),
    ...[...exactlyOne, ...firstAsked].flatMap((role) => twice(principals, role)),
    ...places.flatMap(({ principal, at }) => sharedFlaws(principals, principal, at)),
    ...places.flatMap(({ principal, at }) => ownFlaws(policy, principal, at)),
    ...places.flatMap(({ principal, at }) => personFlaws(principals, principal, at)),
  ];
}

function missing(principals: readonly Principal[], role: Role): TrustFinding[] {
  if (principals.some((principal) => principal.role === role)) return [];
  return [trustFinding('principals.role-missing', ['principals'], `Nobody is enrolled as ${role}.`)];
}

function twice(principals: readonly Principal[], role: Role): TrustFinding[] {
  const names = principals.filter((principal) => principal.role === role).map(({ name }) => name);
  if (names.length < 2) return [];
  const id = exactlyOne.includes(role) ? 'principals.role-twice' : 'principals.role-unused';
  return [trustFinding(id, ['principals'], `${names.join(' and ')} are all enrolled as ${role}.`)];
}

/** One name is one key, and one key is one voice, in however many ways it is spelled (Invariant 2). */
function sharedFlaws(
  principals: readonly Principal[],
  { name, publicKey }: Principal,
  at: readonly (string | number)[],
): TrustFinding[] {
  const before = principals.slice(0, Number(at.at(-1)));
  const rawKey = Buffer.from(publicKey, 'base64');
  const same = before.find((other) => rawKey.equals(Buffer.from(other.publicKey, 'base64')));
  return [
    ...(before.some((other) => other.name === name)
      ? [trustFinding('principals.name-twice', at, `Two principals are called ${name}.`)]
      : []),
    ...(isSoundKey(rawKey)
      ? []
      : [trustFinding('principals.key-unsound', at, `The key of ${name} is not a sound point of the curve.`)]),
    ...(same ? [trustFinding('principals.key-twice', at, `${same.name} and ${name} have the same key.`)] : []),
  ];
}

function ownFlaws({ login }: TrustPolicy, principal: Principal, at: readonly (string | number)[]): TrustFinding[] {
  const { name, role, mandate, roles = [], subject } = principal;
  const findings: TrustFinding[] = [];
  if (reserved.has(name))
    findings.push(trustFinding('principals.name-reserved', at, `No principal can be called ${name}.`));
  if (role === 'reviewer' && mandate === undefined)
    findings.push(trustFinding('principals.no-mandate', at, `${name} reviews without a mandate.`));
  if (role === 'person' && roles.length === 0)
    findings.push(trustFinding('principals.person-without-roles', at, `${name} has no role.`));
  if (role === 'person' && login && subject === undefined)
    findings.push(trustFinding('principals.person-without-subject', at, `${name} cannot log in at ${login.issuer}.`));
  return findings;
}

/** One human being under two names, or in one group with an agent, would be counted as two (Invariant 2). */
function personFlaws(
  principals: readonly Principal[],
  person: Principal,
  at: readonly (string | number)[],
): TrustFinding[] {
  if (person.role !== 'person') return [];
  const others = principals.filter((other) => other !== person);
  const before = principals.slice(0, principals.indexOf(person)).filter(({ role }) => role === 'person');
  const same = before.find((other) => isSameHuman(person, other));
  const inGroup = others.find(({ group }) => group === person.group);
  return [
    ...(same
      ? [trustFinding('principals.person-twice', at, `${person.name} and ${same.name} log in or sign as one.`)]
      : []),
    ...(inGroup
      ? [trustFinding('principals.person-in-group', at, `${person.name} is in the group of ${inGroup.name}.`)]
      : []),
  ];
}

function isSameHuman(left: Principal, right: Principal): boolean {
  if (left.subject !== undefined && left.subject === right.subject) return true;
  const keys = new Set(left.passkeys?.flatMap(({ id, publicKey }) => [id, publicKey]));
  return right.passkeys?.some(({ id, publicKey }) => keys.has(id) || keys.has(publicKey)) ?? false;
}
