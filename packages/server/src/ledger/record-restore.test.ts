import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDigest, signRestore } from '@duovir/ledger';
import { canonicalJson, digestOf, envelopeDigest, type RestoreDecision } from '@duovir/protocol';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { runEntries } from '../api/run-entries.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { officerOf } from '../trust/next-policy.fixture.ts';
import { mark } from './marks.ts';
import { recordRestore } from './record-restore.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
  await mark('log-start', server.api.trust.current().digest, server.api);
});
afterAll(() => server.close());

/** The officer has decided that the log goes on from here. */
async function decide(change: Partial<RestoreDecision> = {}): Promise<string> {
  const { origin, size } = server.api.log.status();
  const decision: RestoreDecision = {
    apiVersion: 'duovir/v1',
    kind: 'RestoreDecision',
    origin,
    size,
    root: rootDigest(await server.api.log.rootOf(size)),
    lost: size + 5,
    lostRoot: digestOf('lost'),
    decidedAt: '2026-01-01T00:00:00.000Z',
    ...change,
  };
  const envelope = await signRestore(officerOf(server.state), decision);
  const digest = envelopeDigest(envelope);
  mkdirSync(server.state.restores, { recursive: true });
  writeFileSync(join(server.state.restores, `${digest.slice(-16)}.json`), `${canonicalJson(envelope)}\n`);
  return digest;
}

const told = () => runEntries(server.api.log, 'duovir', ['log-restore']);

test('Invariant 9: that a log goes on without what is lost is told first of all, and with what is left', async () => {
  const { size } = server.api.log.status();
  const signature = await decide();
  const root = rootDigest(await server.api.log.rootOf(size));
  await recordRestore(server.state, server.api);
  await recordRestore(server.state, server.api);
  expect(await told()).toMatchObject([{ index: size, statement: { predicate: { size, root, signature } } }]);
});

test('a decision about another log, other entries or as many of them is not told again', async () => {
  const before = await told();
  const { size } = server.api.log.status();
  await decide({ origin: 'log.example/other' });
  await decide({ size: size + 1 });
  await decide({ root: rootDigest(await server.api.log.rootOf(size - 1)) });
  await recordRestore(server.state, server.api);
  expect(await told()).toEqual(before);
});
