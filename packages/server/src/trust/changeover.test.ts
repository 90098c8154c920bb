import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createKey, openEnrolledSigner, placeTrustPolicy } from '@duovir/principal';
import { formatVkey } from '@duovir/ledger';
import { canonicalJson, digestOf, keyIdOf, keyIdOfEnvelope, type Envelope, type TrustPolicy } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { mark } from '../ledger/marks.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { nextPolicy, officerOf, sealed } from './next-policy.fixture.ts';
import { ServerTrust } from './server-trust.ts';
import { settleTrust } from './settle-trust.ts';
import { changeEntries } from './trust-entries.ts';

let server: TestApi;
beforeEach(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterEach(() => server.close());

/** A policy under which server and log have the key that was prepared in `next/`. */
function rotated(): TrustPolicy {
  const { publicKey } = createKey(join(server.state.principal('server'), 'next'));
  const { policy } = server.api.trust.current();
  const { origin } = policy.log;
  return nextPolicy(server.api.trust.current(), {
    log: { origin, vkey: formatVkey(origin, 'log', Buffer.from(publicKey, 'base64')) },
    principals: policy.principals.map((one) => (one.role === 'server' ? { ...one, publicKey } : one)),
  });
}

const keyIn = ({ principals }: TrustPolicy): string => {
  const own = principals.find(({ role }) => role === 'server');
  return keyIdOf('server', Buffer.from(own?.publicKey ?? '', 'base64'));
};

/** What a process that starts on this state knows, before it says anything. */
async function start(): Promise<ServerTrust> {
  const signer = await openEnrolledSigner(server.state, 'server');
  const trust = ServerTrust.load(server.state, signer);
  await settleTrust(server.state, { ...server.api, signer, trust });
  return trust;
}

async function signers(): Promise<string[]> {
  const entries = await server.api.log.entries({});
  return entries.map(({ body }) => keyIdOfEnvelope(JSON.parse(body.toString()) as Envelope));
}

test('the old key says that there is a new one, and nothing after that; whoever starts next has the new one', async () => {
  const before = keyIn(server.api.trust.current().policy);
  const policy = rotated();
  // Under way when the policy is applied: said before it, not after.
  const said = Array.from({ length: 20 }, () => mark('log-stop', server.api.trust.current().digest, server.api));
  const applied = await server.api.trustOffice.apply(await sealed(officerOf(server.state), policy), 'bob');
  expect(applied.restartNeeded).toEqual([]);
  expect(server.ended).toEqual(['server']);
  await Promise.all(said);
  const entries = await server.api.log.entries({});
  expect(entries.slice(-2).map(({ kind }) => kind)).toEqual(['trust-policy', 'principal-rotate']);
  expect(new Set(await signers())).toEqual(new Set([before]));
  const late = mark('log-stop', digestOf(policy), server.api);
  const waited = new Promise((resolve) => setTimeout(resolve, 300, 'nothing'));
  expect(await Promise.race([late, waited])).toBe('nothing');
  expect(await server.api.log.entries({})).toHaveLength(entries.length);
  const successor = await start();
  expect(successor.isOwn(policy)).toBe(true);
  expect(successor.formerLogKeys()).not.toEqual([policy.log.vkey]);
});

test('a crash between entry and file: the first start writes the file and ends, the second has the new key', async () => {
  const policy = rotated();
  const signed = canonicalJson(await sealed(officerOf(server.state), policy));
  const trusted = { policy, digest: digestOf(policy) };
  const { trust, trustPolicies, ledger } = server.api;
  await trustPolicies.prepare({ version: 2, digest: trusted.digest, signed, isFirst: false });
  // Until here the old key goes on.
  expect((await start()).current().policy.version).toBe(1);
  await ledger.append(await changeEntries(server.api, trust.current(), trusted, signed));
  await expect(start()).rejects.toMatchObject({ code: 'keys-rotated', consequence: 'retry' });
  expect((await start()).isOwn(policy)).toBe(true);
});

test('put there by hand, it gets its entry from the key that it takes away', async () => {
  const before = keyIn(server.api.trust.current().policy);
  await start();
  const policy = rotated();
  placeTrustPolicy(server.state.trustPolicy, 2, canonicalJson(await sealed(officerOf(server.state), policy)));
  expect((await start()).current().policy.version).toBe(2);
  expect(await signers()).toEqual([before, before]);
  expect(JSON.parse(readFileSync(server.state.trustPolicy, 'utf8'))).toHaveProperty('payload');
});

test('a key that is not here, and another log, are refused before anything is said', async () => {
  const { policy } = server.api.trust.current();
  const { publicKey } = createKey(join(server.state.root, 'elsewhere'));
  const log = (origin: string): TrustPolicy['log'] => ({
    origin,
    vkey: formatVkey(origin, 'log', Buffer.from(publicKey, 'base64')),
  });
  for (const change of [{ log: log(policy.log.origin) }, { log: log('another.example/log') }])
    await expect(
      sealed(officerOf(server.state), nextPolicy(server.api.trust.current(), change)).then((envelope) =>
        server.api.trustOffice.apply(envelope, 'bob'),
      ),
    ).rejects.toMatchObject({ code: 'trust-policy-unsound' });
  expect(await server.api.log.entries({})).toEqual([]);
  expect(server.ended).toEqual([]);
});
