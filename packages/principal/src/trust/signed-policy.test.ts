import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  keyIdOf,
  rawPublicKey,
  withoutLogin,
  withoutModels,
  type Passkey,
  type Principal,
  type Signer,
  type TrustPolicy,
} from '@duovir/protocol';
import { OFFICER, openTrustPolicy, signTrustPolicy } from './signed-policy.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const officerKey = rawPublicKey(publicKey);
const officer: Signer = {
  principal: OFFICER,
  keyId: keyIdOf(OFFICER, officerKey),
  sign: async (bytes) => sign(null, bytes, privateKey),
};

function newPasskey(): Passkey {
  const der = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });
  return {
    id: der.toString('base64url').slice(-20),
    publicKey: der.toString('base64'),
    relyingParty: 'duovir.example',
    origins: ['https://duovir.example'],
  };
}

function personWith(name: string, ...passkeys: Passkey[]): Principal {
  const own = rawPublicKey(generateKeyPairSync('ed25519').publicKey).toString('base64');
  return { name, role: 'person', group: name, publicKey: own, passkeys };
}

function policyOf(...principals: Principal[]): TrustPolicy {
  return {
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Acme',
    version: 1,
    issuedAt: '2026-03-01T10:00:00.000Z',
    log: { origin: 'acme.example/log', vkey: 'log' },
    witnesses: { quorum: 1, vkeys: ['witness'] },
    principals,
    quorum: {},
    ...withoutLogin,
    envelopes: [],
    heals: { perStep: 0, perRun: 0 },
    ...withoutModels,
  };
}

async function open(policy: TrustPolicy): Promise<TrustPolicy> {
  return openTrustPolicy(await signTrustPolicy(officer, policy), officerKey.toString('base64')).policy;
}

test('people may have passkeys, several each', async () => {
  const policy = policyOf(personWith('ann', newPasskey(), newPasskey()), personWith('bob', newPasskey()));
  expect(await open(policy)).toEqual(policy);
});

test('Invariant 2: one passkey does not speak for two people, however its key is spelt', async () => {
  const passkey = newPasskey();
  await expect(open(policyOf(personWith('ann', passkey), personWith('bob', passkey)))).rejects.toThrow('the same key');
  // The last four bits before the padding mean nothing.
  const spelt = passkey.publicKey.replace(
    /(.)==$/,
    (_, last: string) => `${String.fromCodePoint((last.codePointAt(0) ?? 0) + 1)}==`,
  );
  expect(spelt).not.toBe(passkey.publicKey);
  const other = { ...passkey, publicKey: spelt };
  await expect(open(policyOf(personWith('ann', passkey), personWith('bob', other)))).rejects.toThrow('the same key');
});

test.each([
  ['of small order', `c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a`],
  ['that is not canonical', `ee${'ff'.repeat(30)}7f`],
])('a key %s is enrolled for nobody, whatever the officer has signed', async (_, hex) => {
  const unsound = Buffer.from(hex, 'hex').toString('base64');
  await expect(open(policyOf({ ...personWith('ann'), publicKey: unsound }))).rejects.toThrow('not a sound point');
  const passkey = {
    ...newPasskey(),
    publicKey: Buffer.from(`302a300506032b6570032100${hex}`, 'hex').toString('base64'),
  };
  await expect(open(policyOf(personWith('ann', passkey)))).rejects.toThrow('not a sound point');
});
