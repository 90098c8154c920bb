import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { assertionBytes, newAuthenticator } from './authenticator.fixture.ts';
import { digestOf } from './digest-of.ts';
import type { Envelope } from './envelope.ts';
import { signStatement, openStatement } from './sign-statement.ts';
import { keyIdOf, rawPublicKey, type Signer } from './signature.ts';
import type { Statement } from './statement.ts';
import type { Principal, Role } from './trust-policy.ts';

const statement: Statement<'approval'> = {
  kind: 'approval',
  run: `run-${'a'.repeat(20)}`,
  time: '2026-01-05T10:00:00.000Z',
  subject: digestOf('plan'),
  predicate: { verdict: 'approve', trustPolicy: digestOf('policy') },
};
const ownKey = generateKeyPairSync('ed25519');
const authenticator = newAuthenticator('ES256');
const passkeyDer = Buffer.from(authenticator.passkey.publicKey, 'base64');

function principalAs(role: Role, passkeys = [authenticator.passkey]): Principal {
  return {
    name: 'bob',
    role,
    publicKey: rawPublicKey(ownKey.publicKey).toString('base64'),
    group: 'bob',
    passkeys,
  };
}

function passkeySigner(device = authenticator, keyId = keyIdOf('bob', passkeyDer)): Signer {
  return { principal: 'bob', keyId, sign: async (bytes) => assertionBytes(device.assert(bytes)) };
}

const keySigner: Signer = {
  principal: 'bob',
  keyId: keyIdOf('bob', rawPublicKey(ownKey.publicKey)),
  sign: async (bytes) => sign(null, bytes, ownKey.privateKey),
};

test.each([
  ['a key file', keySigner],
  ['a passkey', passkeySigner()],
])('a person signs with %s', async (_, signer) => {
  const envelope = await signStatement(signer, statement);
  expect(openStatement(envelope, 'approval', principalAs('person'))).toEqual(statement);
});

test('Invariant 2: a passkey speaks for no process, whatever its principal lists', async () => {
  const envelope = await signStatement(passkeySigner(), statement);
  for (const role of ['server', 'planner', 'reviewer', 'healer', 'runner', 'attestor', 'witness'] as const)
    expect(() => openStatement(envelope, 'approval', principalAs(role))).toThrow('No signature by bob.');
});

test('Invariant 1: a passkey that the trust policy does not list signs nothing, under its own key id or under an enrolled one', async () => {
  const stranger = newAuthenticator('ES256');
  const strangeKeyId = keyIdOf('bob', Buffer.from(stranger.passkey.publicKey, 'base64'));
  const unlisted = await signStatement(passkeySigner(stranger, strangeKeyId), statement);
  expect(() => openStatement(unlisted, 'approval', principalAs('person'))).toThrow('No signature by bob.');
  const posing = await signStatement(passkeySigner(stranger), statement);
  expect(() => openStatement(posing, 'approval', principalAs('person'))).toThrow('does not match the bytes');
});

test('Invariant 4: a signature moved to other bytes does not hold', async () => {
  const approval = await signStatement(passkeySigner(), statement);
  const rejection = await signStatement(passkeySigner(), {
    ...statement,
    predicate: { ...statement.predicate, verdict: 'reject' },
  });
  const moved: Envelope = { ...approval, signatures: rejection.signatures };
  expect(() => openStatement(moved, 'approval', principalAs('person'))).toThrow('does not match the bytes');
});

test('signatures of one kind do not pass for the other', async () => {
  const withKey = await signStatement({ ...keySigner, keyId: keyIdOf('bob', passkeyDer) }, statement);
  const withPasskey = await signStatement(passkeySigner(authenticator, keySigner.keyId), statement);
  for (const envelope of [withKey, withPasskey])
    expect(() => openStatement(envelope, 'approval', principalAs('person'))).toThrow('does not match the bytes');
});

test('a passkey whose point is on no curve silences nobody: the other keys still hold', async () => {
  const off = {
    ...authenticator.passkey,
    publicKey: `${authenticator.passkey.publicKey.slice(0, 36)}${'A'.repeat(86)}==`,
  };
  const person = principalAs('person', [off, authenticator.passkey]);
  expect(openStatement(await signStatement(keySigner, statement), 'approval', person)).toEqual(statement);
  expect(openStatement(await signStatement(passkeySigner(), statement), 'approval', person)).toEqual(statement);
  const offKeyId = `bob/${hash('sha256', Buffer.from(off.publicKey, 'base64'), 'hex').slice(0, 16)}`;
  const posing = await signStatement(passkeySigner(authenticator, offKeyId), statement);
  expect(() => openStatement(posing, 'approval', person)).toThrow('No signature by bob.');
});
