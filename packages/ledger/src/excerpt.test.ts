import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envelopeDigest, type Envelope } from '@duovir/protocol';
import { beforeAll, expect, test } from 'vitest';
import { exportExcerpt, type ExcerptedLog } from './excerpt.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { writeLog } from './log.fixture.ts';
import { Organisation, OTHER_RUN } from './organisation.fixture.ts';
import { rearranged } from './rearranged.fixture.ts';
import { soundRun, Story } from './story.fixture.ts';
import { keepCase } from './verifier-case.fixture.ts';
import { verifyLog } from './verify.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');
/** Where the last bundle begins. */
const FIRST = 512;
let log: ExcerptedLog;

const wholeOther = async (): Promise<Map<string, Envelope>> => {
  const other = new Story(acme, { run: OTHER_RUN });
  await other.ask();
  await other.propose();
  await other.settle({ outcome: 'cancelled' });
  return other.entries;
};

const beat = (number: number) => ({ number, intervalSeconds: 60, clock: 'synchronised' }) as const;

/** A run that is settled early, one that begins before `FIRST` and ends after it, and heartbeats all the way. */
async function tell(change: (run: ReadonlyMap<string, Envelope>) => ReadonlyMap<string, Envelope> = (run) => run) {
  const run = change(await soundRun(acme));
  const start = run.get('start')!;
  const beats = async (from: number, to: number) =>
    Promise.all(
      Array.from({ length: to - from }, (_, at) =>
        acme.say('server', 'heartbeat', envelopeDigest(start), beat(from + at), { run: 'duovir' }),
      ),
    );
  const entries = [...run].map(([, envelope]) => envelope);
  const early = [...entries.slice(0, 9), ...(await wholeOther()).values(), ...(await beats(1, 600))];
  return writeLog(acme, [...early, ...entries.slice(9), ...(await beats(600, 605))], [100, 520, 620]);
}

async function excerpt(of: ExcerptedLog = log): Promise<string> {
  const folder = temporaryFolder();
  await exportExcerpt(of, folder, await acme.published(), FIRST);
  return folder;
}

async function verified(folder: string) {
  const verification = await verifyLog(folder, { officer });
  keepCase(folder, verification);
  return verification;
}

beforeAll(async () => {
  log = await tell();
});

test('a log without its oldest entries verifies, with those of them that later ones rest on', async () => {
  const folder = await excerpt();
  expect(await verified(folder)).toMatchObject({ ok: true, first: FIRST, findings: [] });
  const context = readdirSync(join(folder, 'context')).filter((name) => !name.endsWith('.tlog-proof'));
  expect(context.map(Number).toSorted((left, right) => left - right)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(readdirSync(join(folder, 'tile/0'))).not.toContain('001');
  expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['520', '620']);
});

test('an entry of the context that is changed, exchanged or not proven is found', async () => {
  const folder = await excerpt();
  for (const [damage, rule] of [
    [(copy: string) => cpSync(join(copy, 'context/3'), join(copy, 'context/4')), 'context-proof'],
    [(copy: string) => rmSync(join(copy, 'context/3.tlog-proof')), 'context-proof'],
    [(copy: string) => cpSync(join(copy, 'context/3'), join(copy, 'context/200')), 'context-proof'],
    [(copy: string) => cpSync(join(copy, 'context/3.tlog-proof'), join(copy, 'context/4.tlog-proof')), 'context-proof'],
    [(copy: string) => rmSync(join(copy, 'context/3')), 'run-sequence'],
    [(copy: string) => writeFileSync(join(copy, 'first'), '100\n'), 'first'],
    [(copy: string) => writeFileSync(join(copy, 'first'), '1024\n'), 'first'],
    [(copy: string) => writeFileSync(join(copy, 'first'), '256\n'), 'bundle-readable'],
    [(copy: string) => flip(join(copy, 'tile/1/000.p/2')), 'checkpoint-root'],
  ] as const) {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    damage(copy);
    const { ok, findings } = await verified(copy);
    expect(ok).toBe(false);
    expect(findings.map((finding) => finding.rule)).toContain(rule);
  }
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[3]! ^= 1;
  writeFileSync(file, bytes);
}

test('what a run did before the excerpt counts for what it does in it', async () => {
  const unasked = await excerpt(await tell((run) => rearranged(run, { without: ['request'] })));
  const { findings } = await verified(unasked);
  expect(findings.map(({ rule }) => rule)).toContain('request');
});

test('a heartbeat that is missing inside the excerpt is found, those before it are not asked for', async () => {
  const entries = await log.entries({ from: 0, limit: 1000 });
  const missing = entries.length - 2;
  const without = entries
    .filter(({ index }) => index !== missing)
    .map(({ body }) => JSON.parse(body.toString()) as Envelope);
  const { findings } = await verified(await excerpt(await writeLog(acme, without)));
  expect(findings.map(({ rule }) => rule)).toEqual(['heartbeat-sequence']);
});

const BEFORE = 4;

/** How many bundles, and which tiles of leaves, are asked for when the last bundle is taken out of a log of so many. */
async function askedFor(bundles: number): Promise<{ readonly bundles: number; readonly leaves: readonly number[] }> {
  const heartbeat = await acme.say('server', 'heartbeat', acme.policyDigest, beat(1), { run: 'duovir' });
  const run = [...(await soundRun(acme)).values()];
  const between = Array.from({ length: (bundles - 1) * 256 - BEFORE }, () => heartbeat);
  const whole = await writeLog(acme, [...run.slice(0, BEFORE), ...between, ...run.slice(BEFORE)]);
  const asked = { bundles: 0, leaves: [] as number[] };
  const counted: ExcerptedLog = {
    ...whole,
    entries: (selection) => {
      asked.bundles += 1;
      return whole.entries(selection);
    },
    tile: (level, index, width) => {
      if (level === 0) asked.leaves.push(index);
      return whole.tile(level, index, width);
    },
  };
  const folder = temporaryFolder();
  const { context } = await exportExcerpt(counted, folder, await acme.published(), (bundles - 1) * 256);
  expect(context).toBe(BEFORE);
  return asked;
}

test('what is read grows with the excerpt, not with the log: its bundles, and a tile for where its context stands', async () => {
  for (const bundles of [3, 12]) {
    const { leaves, ...asked } = await askedFor(bundles);
    expect(asked).toEqual({ bundles: 1 });
    expect(leaves.toSorted((left, right) => left - right)).toEqual([0, bundles - 1]);
  }
});

test('a context that is out of order, or no context, is refused', async () => {
  const keys = await acme.published();
  for (const indexes of [[3, 3], [4, 2], [FIRST], [-1], [0.5]]) {
    const context: ExcerptedLog['context'] = async function* () {
      for (const index of indexes) yield { index, body: Buffer.from('{}') };
    };
    const lying = exportExcerpt({ ...log, context }, temporaryFolder(), keys, FIRST);
    await expect(lying).rejects.toMatchObject({ code: 'evidence-refused' });
  }
});

test('an entry of the context that is held back is found where its run is settled', async () => {
  for (const withheld of [1, 5]) {
    const context: ExcerptedLog['context'] = async function* (range) {
      for await (const entry of log.context(range)) if (entry.index !== withheld) yield entry;
    };
    const { findings } = await verified(await excerpt({ ...log, context }));
    expect(findings.map(({ rule }) => rule)).toContain('run-sequence');
  }
});

test('an excerpt begins with a bundle, in a folder of its own', async () => {
  const keys = await acme.published();
  await expect(exportExcerpt(log, temporaryFolder(), keys, 100)).rejects.toMatchObject({ code: 'export-failed' });
  await expect(exportExcerpt(log, temporaryFolder(), keys, 1024)).rejects.toMatchObject({ code: 'export-failed' });
  await expect(exportExcerpt(log, await excerpt(), keys, 0)).rejects.toMatchObject({ code: 'export-failed' });
});
