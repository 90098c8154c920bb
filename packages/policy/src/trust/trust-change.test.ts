import { expect, test } from 'vitest';
import { keyIdOf, type Principal, type TrustPolicy } from '@duovir/protocol';
import { affectedProcesses } from './affected-process.ts';
import { enrolled, soundPolicy } from './installation.fixture.ts';
import { principalChanges } from './principal-change.ts';
import { trustChanges } from './trust-change.ts';

const { principals } = soundPolicy;
const withPrincipals = (next: readonly Principal[]): TrustPolicy => ({ ...soundPolicy, principals: [...next] });
const keyId = (name: string, key = name): string =>
  keyIdOf(name, Buffer.from(enrolled(key, 'person').publicKey, 'base64'));

test('version, date and predecessor are no change, nor is another order of principals', () => {
  const supersedes = { digest: `sha256:${'a'.repeat(64)}`, decidedUntil: '2026-03-02T10:00:00.000Z' } as const;
  const next = {
    ...withPrincipals(principals.toReversed()),
    version: 2,
    issuedAt: '2026-03-02T10:00:00.000Z',
    supersedes,
  };
  expect(trustChanges(soundPolicy, next)).toEqual([]);
  expect(principalChanges(soundPolicy, next)).toEqual([]);
  expect(affectedProcesses(soundPolicy, next)).toEqual([]);
});

test('what differs is named by its name, with both values', () => {
  const [bob] = principals.filter(({ name }) => name === 'bob');
  const others = principals.filter(({ name }) => name !== 'bob' && name !== 'cara');
  const next = withPrincipals([...others, ...(bob ? [{ ...bob, team: 'payments' }] : []), enrolled('dan', 'person')]);
  expect(trustChanges(soundPolicy, { ...next, heals: { perStep: 1, perRun: 5 } })).toEqual([
    { at: '/heals/perStep', change: 'changed', before: 2, after: 1 },
    { at: '/principals/bob/team', change: 'added', after: 'payments' },
    { at: '/principals/cara', change: 'removed', before: expect.objectContaining({ name: 'cara' }) },
    { at: '/principals/dan', change: 'added', after: expect.objectContaining({ name: 'dan' }) },
  ]);
});

test('the first policy enrols everybody', () => {
  const changes = principalChanges(null, soundPolicy);
  expect(changes.map(({ kind }) => kind)).toEqual(principals.map(() => 'principal-enrol'));
});

test('another key rotates, another office is another principal, and whoever is gone is revoked first', () => {
  const rekeyed = { ...enrolled('runner', 'runner'), publicKey: enrolled('other', 'runner').publicKey };
  const promoted = enrolled('reviewer-security', 'reviewer', { mandate: 'security', group: 'gpt' });
  const kept = principals.filter(({ name }) => !['runner', 'reviewer-security', 'cara'].includes(name));
  expect(principalChanges(soundPolicy, withPrincipals([...kept, rekeyed, promoted]))).toEqual([
    { kind: 'principal-revoke', predicate: { principal: 'reviewer-security', key: keyId('reviewer-security') } },
    { kind: 'principal-revoke', predicate: { principal: 'cara', key: keyId('cara') } },
    {
      kind: 'principal-rotate',
      predicate: { principal: 'runner', key: keyId('runner', 'other'), previous: keyId('runner') },
    },
    {
      kind: 'principal-enrol',
      predicate: {
        principal: 'reviewer-security',
        role: 'reviewer',
        group: 'gpt',
        key: keyId('reviewer-security'),
      },
    },
  ]);
});

test('people and quorums restart nobody; agents restart themselves and the server', () => {
  const { R3: _, ...quorum } = soundPolicy.quorum;
  expect(
    affectedProcesses(soundPolicy, { ...withPrincipals([...principals, enrolled('dan', 'person')]), quorum }),
  ).toEqual([]);
  const renamed = principals.map((one) => (one.name === 'reviewer-security' ? { ...one, name: 'reviewer-two' } : one));
  expect(affectedProcesses(soundPolicy, withPrincipals(renamed))).toEqual([
    { name: 'reviewer-security', change: 'end' },
    { name: 'reviewer-two', change: 'start' },
    { name: 'server', change: 'restart' },
  ]);
});
