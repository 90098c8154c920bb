import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  digestOf,
  envelopeDigest,
  intentDigest,
  openStatement,
  rawPublicKey,
  runIdSchema,
  runRequestSchema,
  type Passkey,
  type Principal,
} from '@duovir/protocol';
import { newRunId } from './run-id.ts';
import { signWithPasskey, type AskPasskey } from './sign-with-passkey.ts';
import { approvalStatement, intentStatement, liftStatement } from './statements.ts';

const ORIGIN = 'http://localhost:7070';
const device = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const passkey: Passkey = {
  id: 'credential',
  publicKey: device.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  relyingParty: 'localhost',
  origins: [ORIGIN],
};
const person: Principal = {
  name: 'ann',
  role: 'person',
  group: 'ann',
  publicKey: rawPublicKey(generateKeyPairSync('ed25519').publicKey).toString('base64'),
  passkeys: [passkey],
};
const own = { person: 'ann', relyingParty: 'localhost', passkeys: [passkey] };
const saying = { trustPolicy: digestOf('policy'), time: new Date('2026-01-05T10:00:00.000Z') };

const ask: AskPasskey = async ({ challenge, relyingParty, credentials: [id = ''] }) => {
  const clientData = Buffer.from(
    JSON.stringify({ type: 'webauthn.get', challenge, origin: ORIGIN, crossOrigin: false }),
  );
  const data = Buffer.concat([createHash('sha256').update(relyingParty).digest(), Buffer.from([5, 0, 0, 0, 0])]);
  const signature = sign(
    'sha256',
    Buffer.concat([data, createHash('sha256').update(clientData).digest()]),
    device.privateKey,
  );
  return {
    id,
    authenticatorData: data.toString('base64url'),
    clientDataJSON: clientData.toString('base64url'),
    signature: signature.toString('base64url'),
  };
};

test('what a browser signs, every verifier opens', async () => {
  const about = { run: newRunId(), motion: digestOf('plan'), verdict: 'approve' } as const;
  const statement = approvalStatement(about, saying);
  const envelope = await signWithPasskey(statement, own, ask);
  expect(openStatement(envelope, 'approval', person)).toEqual(statement);
});

test('an intent names the digest that the server and the runner compute', async () => {
  const request = runRequestSchema.parse({ goal: 'Größe: 3 nodes 🐘', target: 'sandbox', inputs: { count: 3 } });
  const document = { run: newRunId(), requester: 'ann', request };
  const envelope = await signWithPasskey(await intentStatement(document, saying), own, ask);
  expect(openStatement(envelope, 'intent', person).subject).toBe(intentDigest(document));
});

test('a lift names the statement of the stop', async () => {
  const stop = await signWithPasskey(
    approvalStatement({ run: newRunId(), motion: digestOf('any'), verdict: 'reject' }, saying),
    own,
    ask,
  );
  const envelope = await signWithPasskey(await liftStatement({ person: 'ann', stop }, saying), own, ask);
  expect(openStatement(envelope, 'stop-lift', person).subject).toBe(envelopeDigest(stop));
});

test('an authenticator that signs with another key than asked for is refused', async () => {
  const statement = approvalStatement({ run: newRunId(), motion: digestOf('plan'), verdict: 'reject' }, saying);
  const other: AskPasskey = async (question) => ({ ...(await ask(question)), id: 'another' });
  await expect(signWithPasskey(statement, own, other)).rejects.toThrow('none of the passkeys');
});

test('run ids are those of the protocol, and no two are alike', () => {
  const ids = Array.from({ length: 1000 }, newRunId);
  expect(ids.every((id) => runIdSchema.safeParse(id).success)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});
