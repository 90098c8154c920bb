import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { historyFile, loadSigner, placeTrustPolicy } from '@duovir/principal';
import { canonicalJson, digestOf, peekStatement, type Envelope, type TrustPolicy } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { changeEntries } from './trust-entries.ts';
import { nextPolicy, officerOf, sealed } from './next-policy.fixture.ts';
import { ServerTrust } from './server-trust.ts';
import { enterFirst, settleTrust } from './settle-trust.ts';
import type { TrustParts } from './trust-parts.ts';

let server: TestApi;
beforeEach(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterEach(() => server.close());

const next = (change: Partial<TrustPolicy> = {}): TrustPolicy => nextPolicy(server.api.trust.current(), change);

async function textOf(policy: TrustPolicy): Promise<string> {
  return canonicalJson(await sealed(officerOf(server.state), policy));
}

/** What a server that starts on this state knows. */
async function start(): Promise<TrustParts> {
  const signer = loadSigner(server.state.principal('server'), 'server');
  const parts = { ...server.api, signer, trust: ServerTrust.load(server.state, signer) };
  await settleTrust(server.state, parts);
  return parts;
}

async function apply(policy: TrustPolicy): Promise<void> {
  await server.api.trustOffice.apply(await sealed(officerOf(server.state), policy), 'bob');
}

function putBack(version: number): void {
  placeTrustPolicy(
    server.state.trustPolicy,
    version,
    readFileSync(historyFile(server.state.trustPolicy, version), 'utf8'),
  );
}

test('what the ledger has said and a crash kept from the file is written at the next start', async () => {
  const policy = next();
  const signed = await textOf(policy);
  const { trustPolicies, ledger, trust } = server.api;
  const trusted = { policy, digest: digestOf(policy) };
  await trustPolicies.prepare({ version: 2, digest: trusted.digest, signed, isFirst: false });
  // Killed right here.
  await ledger.append(await changeEntries(server.api, trust.current(), trusted, signed));
  expect((await start()).trust.current().digest).toBe(trusted.digest);
  expect(JSON.parse(readFileSync(server.state.trustPolicy, 'utf8'))).toEqual(JSON.parse(signed));
  expect(await trustPolicies.all()).toMatchObject([{ version: 2, entry: 0, isPlaced: true }, { version: 1 }]);
});

test('the same crash, and then the same policy given again', async () => {
  const policy = next();
  const envelope = await sealed(officerOf(server.state), policy);
  const trusted = { policy, digest: digestOf(policy) };
  await server.api.ledger.append(
    await changeEntries(server.api, server.api.trust.current(), trusted, canonicalJson(envelope)),
  );
  await server.api.trustPolicies.prepare({
    version: 2,
    digest: trusted.digest,
    signed: canonicalJson(envelope),
    isFirst: false,
  });
  // Another one of this version does not take its place: what the ledger has said is said.
  await expect(apply(next({ organisation: 'Another' }))).rejects.toMatchObject({ code: 'trust-policy-older' });
  expect(await server.api.trustOffice.apply(envelope, 'bob')).toMatchObject({ version: 2, entry: 0 });
  const kinds = (await server.api.log.entries({})).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'trust-policy')).toHaveLength(1);
});

test('what was kept and got no entry never was in force', async () => {
  const policy = next();
  const signed = await textOf(policy);
  await server.api.trustPolicies.prepare({ version: 2, digest: digestOf(policy), signed, isFirst: false });
  expect((await start()).trust.current().policy.version).toBe(1);
  const another = next({ organisation: 'Another' });
  await apply(another);
  expect((await start()).trust.current().digest).toBe(digestOf(another));
});

test('an old file that was put back is refused, though the officer has signed it', async () => {
  await apply(next());
  putBack(1);
  await expect(start()).rejects.toMatchObject({ code: 'trust-policy-rolled-back' });
  putBack(2);
  expect((await start()).trust.current().policy.version).toBe(2);
});

test('another policy of the same version is refused', async () => {
  await apply(next());
  placeTrustPolicy(server.state.trustPolicy, 2, await textOf(next({ version: 2, organisation: 'Twin' })));
  await expect(start()).rejects.toMatchObject({ code: 'trust-policy-rolled-back' });
});

test('a newer file that somebody has put there gets its entry first, or is refused', async () => {
  placeTrustPolicy(server.state.trustPolicy, 2, await textOf(next({ supersedes: null })));
  await expect(start()).rejects.toMatchObject({ code: 'trust-policy-superseded' });
  const policy = next({ version: 3 });
  placeTrustPolicy(server.state.trustPolicy, 3, await textOf(policy));
  // The running server does not follow it: it has no entry.
  expect(server.api.trust.current().policy.version).toBe(1);
  expect((await start()).trust.current().digest).toBe(digestOf(policy));
  const [entry] = await server.api.log.entries({});
  expect(peekStatement(JSON.parse(entry?.body.toString() ?? '') as Envelope)).toMatchObject({
    kind: 'trust-policy',
    subject: digestOf(policy),
    predicate: { version: 3 },
  });
});

test('the log says once who was in when it was started', async () => {
  await enterFirst(await start());
  await enterFirst(await start());
  const { policy } = server.api.trust.current();
  const said = (await server.api.log.entries({})).map(({ kind }) => kind);
  expect(said).toEqual(policy.principals.map(() => 'principal-enrol'));
});
