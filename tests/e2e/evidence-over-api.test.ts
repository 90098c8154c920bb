import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  formatCheckpoint,
  logNoteSigner,
  parseCheckpoint,
  verifyPack,
  witnessNoteSigner,
  type NoteKey,
  type PackVerification,
} from '@duovir/ledger';
import { loadPublicKey, loadTrustPolicy, stateDirectory } from '@duovir/principal';
import { checkpointViewSchema } from '@duovir/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Installation } from '../chaos/installation.ts';
import { standBetween } from './man-in-the-middle.ts';

/** More entries than one bundle has. */
const TOKENS = 260;
const MINUTE = 60_000;

const historySchema = z.strictObject({ items: z.array(checkpointViewSchema) });
type Checkpoints = z.infer<typeof historySchema>['items'];

const installation = new Installation();
let folder: string;
let server: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'duovir-history-'));
  await installation.duovir('init');
  await installation.up();
  const client = await installation.client();
  server = (await installation.status()).url;
  for (let token = 0; token < TOKENS; token += 1) {
    const expiresAt = new Date(Date.now() + MINUTE).toISOString();
    await client.issueToken({ scopes: ['read'], expiresAt });
  }
}, 180_000);
afterAll(async () => {
  await installation.close();
  rmSync(folder, { recursive: true, force: true });
}, 180_000);

/** A pack made over the API, where somebody in the middle changes what it answers about older checkpoints. */
function exported(name: string, forge: (history: Checkpoints) => Checkpoints): Promise<PackVerification> {
  return exportedThrough(name, [], (path, answer) =>
    path.startsWith('/v1/ledger/checkpoints?')
      ? Buffer.from(JSON.stringify({ items: forge(historySchema.parse(JSON.parse(answer.toString())).items) }))
      : answer,
  );
}

async function exportedThrough(
  name: string,
  period: readonly string[],
  change: (path: string, answer: Buffer) => Buffer,
): Promise<PackVerification> {
  const middle = await standBetween(server, change);
  try {
    await installation.duovir('evidence', 'export', '--url', middle.url, '--out', join(folder, name), ...period);
  } finally {
    middle.close();
  }
  return verifyPack(join(folder, name), { officer: loadPublicKey(stateDirectory(installation.state).officer) });
}

/** Another tree than the log's, and yet signed by the log and its witness. */
async function otherTree(size: number): Promise<string> {
  const state = stateDirectory(installation.state);
  const { policy } = loadTrustPolicy(state.trustPolicy, loadPublicKey(state.officer));
  const key = (principal: string, name: string): NoteKey => {
    // Stolen: each key is readable to the user of its own process, and to root.
    const stolen = createPrivateKey(readFileSync(join(state.principal(principal), 'key.pem')));
    const publicKey = Buffer.from(loadPublicKey(state.principal(principal)), 'base64');
    return { name, publicKey, signer: { sign: async (bytes) => sign(null, bytes, stolen) } };
  };
  const text = formatCheckpoint({ origin: policy.log.origin, size, root: Buffer.alloc(32, 7) });
  const log = logNoteSigner(key('server', policy.log.origin));
  const witness = witnessNoteSigner(key('witness', policy.witnesses.vkeys[0]?.split('+')[0] ?? ''));
  return `${text}\n${await log.signLine(text)}${await witness.signLine(text)}`;
}

test('a pack that is made over the API holds the older checkpoints, and verifies against each of them', async () => {
  let given: Checkpoints = [];
  const { ok, findings } = await exported('honest', (history) => (given = history));
  expect({ ok, findings }).toEqual({ ok: true, findings: [] });
  expect(given.length).toBeGreaterThan(1);
  const kept = readdirSync(join(folder, 'honest/log/checkpoints')).map(Number);
  expect(kept.toSorted((left, right) => left - right)).toEqual(given.map(({ size }) => size));
}, 180_000);

test('a checkpoint that is forged on the way is found when the pack is verified', async () => {
  const turned = await exported('turned', ([first, ...others]) => {
    if (!first) throw new Error('there is no older checkpoint');
    const root = parseCheckpoint(first.checkpoint).root.toString('base64');
    const checkpoint = first.checkpoint.replace(root, Buffer.alloc(32, 7).toString('base64'));
    return [{ ...first, checkpoint }, ...others];
  });
  expect(turned.ok).toBe(false);
  expect(turned.findings.map(({ rule }) => rule)).toEqual(['checkpoint']);
}, 180_000);

test('a fork that the log and its witness have signed is found when the pack is verified', async () => {
  const forked = await otherTree(5);
  const { ok, findings } = await exported('forked', (history) => [
    ...history.filter(({ size }) => size !== 5),
    { size: 5, checkpoint: forked },
  ]);
  expect(ok).toBe(false);
  expect(findings.map(({ rule, file }) => [rule, file])).toEqual([['checkpoint-root', 'log/checkpoints/5']]);
}, 180_000);

/** Begins so late that no bundle but the last is needed. */
const soon = (): readonly string[] => ['--from', new Date(Date.now() + 30 * MINUTE).toISOString()];
const CONTEXT = '/v1/ledger/context?';
const bundleIn = (path: string): string | undefined => /^\/v1\/ledger\/tile\/entries\/(\S+)$/.exec(path)?.[1];

test('an excerpt over the API verifies, and nothing older is fetched but what it rests on', async () => {
  const asked: string[] = [];
  let context = '';
  const { ok, findings, first, size } = await exportedThrough('excerpt', soon(), (path, answer) => {
    asked.push(path);
    if (path.startsWith(CONTEXT)) context = answer.toString();
    return answer;
  });
  expect({ ok, findings, first }).toEqual({ ok: true, findings: [], first: 256 });
  const bundles = asked.flatMap((path) => bundleIn(path) ?? []);
  // One entry, for its time, and the last bundle.
  expect(bundles).toEqual(['001.p/1', `001.p/${size - 256}`]);
  const kept = readdirSync(join(folder, 'excerpt/log/context')).filter((name) => !name.endsWith('.tlog-proof'));
  expect(kept).toHaveLength(context.trimEnd().split('\n').length - 1);
}, 180_000);

test('older entries that are exchanged on the way are found when the excerpt is verified', async () => {
  const swapped = await exportedThrough('swapped', soon(), (path, answer) => {
    if (!path.startsWith(CONTEXT)) return answer;
    const [one = '', two = '', ...others] = answer.toString().split('\n');
    const envelopeOf = (line: string): string => line.slice(line.indexOf('"envelope"'));
    const indexOf = (line: string): string => line.slice(0, line.indexOf('"envelope"'));
    return Buffer.from([indexOf(one) + envelopeOf(two), indexOf(two) + envelopeOf(one), ...others].join('\n'));
  });
  expect(swapped.ok).toBe(false);
  expect(swapped.findings.map(({ rule }) => rule)).toContain('context-proof');
}, 180_000);
