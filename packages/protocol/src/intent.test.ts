import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { intentDigest, signIntent, startRunSchema, type IntentDocument } from './intent.ts';
import { runRequestSchema } from './request.ts';
import { openStatement } from './sign-statement.ts';
import { keyIdOf, rawPublicKey, type Signer } from './signature.ts';
import type { Principal } from './trust-policy.ts';

const document: IntentDocument = {
  run: 'run-aaaaaaaaaaaaaaaaaaaa',
  requester: 'ana',
  request: runRequestSchema.parse({ goal: 'Start Redis', target: 'sandbox' }),
};
const moment = { trustPolicy: `sha256:${'a'.repeat(64)}`, time: '2026-01-01T00:00:00.000Z' } as const;

function person(name: string): { readonly principal: Principal; readonly signer: Signer } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = rawPublicKey(publicKey);
  const keyId = keyIdOf(name, raw);
  return {
    principal: { name, role: 'person', group: name, publicKey: raw.toString('base64') },
    signer: { principal: name, keyId, sign: async (bytes) => sign(null, bytes, privateKey) },
  };
}

test('a request is signed for one run, one requester and every word of it', async () => {
  const { principal, signer } = person('ana');
  const statement = openStatement(await signIntent(signer, document, moment), 'intent', principal);
  expect(statement).toMatchObject({
    run: document.run,
    subject: intentDigest(document),
    predicate: { requester: 'ana' },
  });
});

test.each<[string, Partial<IntentDocument>]>([
  ['another run', { run: 'run-bbbbbbbbbbbbbbbbbbbb' }],
  ['another requester', { requester: 'boris' }],
  ['another goal', { request: { ...document.request, goal: 'Stop Redis' } }],
  ['another environment', { request: { ...document.request, environment: 'production' } }],
  ['other data', { request: { ...document.request, dataClass: 'cardholder' } }],
])('%s is another intent', (_, change) => {
  expect(intentDigest({ ...document, ...change })).not.toBe(intentDigest(document));
});

test('what else an accepted request knows is not part of the intent', () => {
  const accepted = { ...document, acceptedAt: moment.time };
  expect(intentDigest(accepted)).toBe(intentDigest(document));
});

test('somebody else cannot sign for the requester', async () => {
  const [ana, boris] = [person('ana'), person('boris')];
  const forged = await signIntent(boris.signer, document, moment);
  expect(() => openStatement(forged, 'intent', ana.principal)).toThrow(
    expect.objectContaining({ code: 'signature-missing' }),
  );
});

test('a request to start takes an intent with its run, or none, and nothing beside', async () => {
  const { signer } = person('ana');
  const statement = await signIntent(signer, document, moment);
  expect(startRunSchema.safeParse(document.request).success).toBe(true);
  const withIntent = { ...document.request, intent: { run: document.run, statement } };
  expect(startRunSchema.safeParse(withIntent).success).toBe(true);
  expect(startRunSchema.safeParse({ ...withIntent, intent: { statement } }).success).toBe(false);
  expect(startRunSchema.safeParse({ ...withIntent, riskClass: 'R0' }).success).toBe(false);
});
