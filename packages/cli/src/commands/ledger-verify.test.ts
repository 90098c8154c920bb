import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  exportLog,
  formatCheckpoint,
  Frontier,
  leafHash,
  logNoteSigner,
  witnessNoteSigner,
  type NoteSigner,
} from '@duovir/ledger';
import { loadPublicKey, loadSigner, loadTrustPolicy } from '@duovir/principal';
import { envelopeBytes, parseEnvelope, signStatement, type Signer } from '@duovir/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliError } from '../error.ts';
import { createProgram } from '../program.ts';
import { recordSession } from '../session.fixture.ts';
import { Desk } from '../trust/trust.fixture.ts';

let desk: Desk;
let folder: string;
let officer: string;

/** The log of an installation in which nothing has happened but its start. */
async function writeLog(): Promise<void> {
  const { state } = desk;
  officer = loadPublicKey(state.officer);
  const { policy, digest } = loadTrustPolicy(state.trustPolicy, officer);
  const server = loadSigner(state.principal('server'), 'server');
  const statement = { kind: 'log-start', run: 'duovir', time: '2026-02-01T10:00:00.000Z', subject: digest } as const;
  const body = envelopeBytes(await signStatement(server, { ...statement, predicate: { trustPolicy: digest } }));
  const frontier = new Frontier();
  frontier.append(leafHash(body));
  const text = formatCheckpoint({ origin: policy.log.origin, size: 1, root: frontier.root() });
  const signers = [
    logNoteSigner({ ...noteKey('server', server), name: policy.log.origin }),
    witnessNoteSigner({
      ...noteKey('witness', loadSigner(state.principal('witness'), 'witness')),
      name: policy.witnesses.vkeys[0]?.split('+')[0] ?? '',
    }),
  ];
  const lines = await Promise.all(signers.map((signer: NoteSigner) => signer.signLine(text)));
  await exportLog(
    {
      tile: () => Promise.resolve(leafHash(body)),
      cosignedCheckpoint: () => Promise.resolve({ size: 1, note: `${text}\n${lines.join('')}` }),
      cosignedHistory: () => Promise.resolve([]),
      entries: () => Promise.resolve([{ index: 0, body }]),
    },
    folder,
    {
      officer,
      trustPolicies: [parseEnvelope(Buffer.from(readFileSync(state.trustPolicy, 'utf8').trim()))],
      restores: [],
    },
  );
}

function noteKey(name: string, signer: Signer): { publicKey: Buffer; signer: Signer } {
  return { publicKey: Buffer.from(loadPublicKey(desk.state.principal(name)), 'base64'), signer };
}

async function verify(...words: readonly string[]): Promise<{ said: string; code: string }> {
  const session = recordSession();
  let code = 'ok';
  try {
    await (
      await createProgram(session)
    ).parseAsync(['--state', desk.path('elsewhere'), 'ledger', 'verify', ...words], {
      from: 'user',
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    code = error.code;
  }
  return { said: session.output.text, code };
}

beforeAll(async () => {
  desk = await Desk.open();
  folder = desk.path('log');
  await writeLog();
});
afterAll(() => rmSync(desk.folder, { recursive: true, force: true }));

test('a ledger that verifies is named, and what has to be known about it', async () => {
  const { said, code } = await verify(folder, '--officer', officer);
  expect(code).toBe('ok');
  expect(said).toContain('The ledger verifies  1 entries');
  expect(said).toContain('No authority outside has put a time');
  expect(said).not.toContain('--officer');
  expect((await verify(folder)).said).toContain("give the officer's key with --officer");
});

test('the tree alone is not called the ledger', async () => {
  const { said, code } = await verify(folder, '--structure', '--officer', officer);
  expect(code).toBe('ok');
  expect(said).toContain('The tree of the ledger verifies');
  expect(said).toContain('Only the tree and the signatures of log and witnesses');
});

test('findings are shown with entry, rule and consequence, as text, as JSON and as a page', async () => {
  const bundle = join(folder, 'tile/entries/000.p/1');
  const bytes = readFileSync(bundle);
  writeFileSync(bundle, Buffer.from(bytes).fill('A', 60, 61));
  const page = desk.path('report.html');
  const shown = await verify(folder, '--officer', officer, '--html', page);
  expect(shown.code).toBe('unverified');
  expect(shown.said).toContain('The ledger does not verify');
  expect(shown.said).toContain('entry 0 in tile/entries/000.p/1');
  expect(shown.said).toContain('entry-hash');
  expect(readFileSync(page, 'utf8')).toContain('These are not the bytes that were logged at this index.');
  const { said } = await verify(folder, '--officer', officer, '--json');
  expect(JSON.parse(said)).toMatchObject({ ok: false, size: 1, first: 0, isAnchored: true });
  writeFileSync(bundle, bytes);
});

test.each<[string, () => readonly string[], string]>([
  ['another officer', () => [folder, '--officer', `${'A'.repeat(43)}=`], 'unverified'],
  ['no such folder', () => [desk.path('nothing')], 'usage'],
  ['certificates that are not there', () => [folder, '--tsa-ca', desk.path('nothing')], 'usage'],
  ['a page that cannot be written', () => [folder, '--html', desk.path('nothing/page.html')], 'usage'],
])('%s is said, not passed over', async (_, words, code) => {
  expect((await verify(...words())).code).toBe(code);
});
