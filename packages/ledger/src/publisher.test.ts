import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RestoreDecision } from '@duovir/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatCheckpoint } from './checkpoint.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { Frontier } from './frontier.ts';
import { makeNoteKey } from './keys.fixture.ts';
import { leafHash } from './merkle.ts';
import { logNoteSigner } from './note-signer.ts';
import { Organisation } from './organisation.fixture.ts';
import { readPublished, retainedSizes } from './published-folder.fixture.ts';
import { Publisher, type GrowingLog, type PublisherOptions } from './publisher.ts';
import { rootDigest, signRestore } from './restore.ts';
import { thinned } from './thinning.ts';
import { entryOf, tilesInMemory } from './tree.fixture.ts';

const acme = new Organisation();
const signer = logNoteSigner(makeNoteKey('log.example/published'));

/** A log in memory that counts what is read of it, and may fail at any reading. */
class MemoryLog implements GrowingLog {
  readonly bodies: Buffer[] = [];
  readonly read: string[] = [];
  cosigned: SignedCheckpoint | undefined;
  readingsUntilFailure = Number.POSITIVE_INFINITY;
  readonly #listeners = new Set<() => void>();
  readonly #mark: string;

  constructor(mark = '') {
    this.#mark = mark;
  }

  async grow(size: number): Promise<void> {
    while (this.bodies.length < size)
      this.bodies.push(Buffer.concat([entryOf(this.bodies.length), Buffer.from(this.#mark)]));
    const text = formatCheckpoint({ origin: signer.name, size, root: await this.rootOf(size) });
    this.cosigned = { size, note: `${text}\n${await signer.signLine(text)}` };
    for (const listener of this.#listeners) listener();
  }

  async rootOf(size: number): Promise<Buffer> {
    const frontier = new Frontier();
    for (const body of this.bodies.slice(0, size)) frontier.append(leafHash(body));
    return frontier.root();
  }

  onCosigned(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async tile(level: number, index: number, width: number): Promise<Buffer> {
    this.#look(`${level}/${index}/${width}`);
    return tilesInMemory(this.bodies.map((body) => leafHash(body))).tile(level, index, width);
  }

  async entries({ from, limit }: { from: number; limit: number }): Promise<{ index: number; body: Buffer }[]> {
    this.#look(`entries/${from}/${limit}`);
    return this.bodies.slice(from, from + limit).map((body, at) => ({ index: from + at, body }));
  }

  #look(what: string): void {
    this.readingsUntilFailure -= 1;
    if (this.readingsUntilFailure < 0) throw new Error('the database is away');
    this.read.push(what);
  }
}

let folder: string;
const open: Publisher[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const publisher of open.splice(0)) await publisher.close();
});

function start(log: GrowingLog, options: Partial<PublisherOptions> = {}): Publisher {
  const publisher = Publisher.start({
    log,
    folder,
    keys: () => acme.published(),
    fault: () => undefined,
    intervalMs: 5,
    ...options,
  });
  open.push(publisher);
  return publisher;
}

async function isPublished(publisher: Publisher, size: number): Promise<void> {
  await expect.poll(() => publisher.status(), { interval: 2 }).toEqual({ size, behind: 0, error: undefined });
}

test('however a log grows, readers find everything its newest checkpoint needs', async () => {
  const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 1400 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(sizes, async (unsorted) => {
      const log = new MemoryLog();
      const publisher = start(log);
      for (const size of unsorted.toSorted((left, right) => left - right)) {
        await log.grow(size);
        await isPublished(publisher, size);
        expect((await readPublished(folder)).entries).toEqual(log.bodies);
      }
      expect(retainedSizes(folder)).toHaveLength(unsorted.length - 1);
      await publisher.close();
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 12 },
  );
});

test('what is published is not read again, neither by this process nor by the next', async () => {
  const log = new MemoryLog();
  await log.grow(600);
  const first = start(log);
  await isPublished(first, 600);
  log.read.length = 0;
  await log.grow(770);
  await isPublished(first, 770);
  expect(log.read.toSorted()).toEqual(['0/2/256', '0/3/2', '1/0/3', 'entries/512/256', 'entries/768/2'].toSorted());
  await first.close();
  log.read.length = 0;
  const second = start(log);
  await isPublished(second, 770);
  expect(log.read).toEqual([]);
  await log.grow(771);
  await isPublished(second, 771);
  expect(log.read.toSorted()).toEqual(['0/3/3', 'entries/768/3']);
});

test('whenever it is broken off, the old checkpoint stands whole, and the next try completes the new one', async () => {
  const log = new MemoryLog();
  await log.grow(300);
  await start(log).close();
  for (let readings = 0; readings < 6; readings += 1) {
    await log.grow(log.bodies.length + 600);
    const before = await readPublished(folder);
    log.readingsUntilFailure = readings;
    const faults: unknown[] = [];
    const publisher = start(log, { fault: (error) => faults.push(error) });
    await publisher.close();
    expect(publisher.status()).toMatchObject({
      behind: expect.any(Number),
      error: expect.stringContaining('could not be published'),
    });
    expect(faults).toHaveLength(1);
    expect((await readPublished(folder)).size).toBe(before.size);
    log.readingsUntilFailure = Number.POSITIVE_INFINITY;
    // As a kill in the middle of a write leaves it.
    mkdirSync(join(folder, '.drafts'), { recursive: true });
    writeFileSync(join(folder, '.drafts', 'tile-0-001'), 'half');
    const next = start(log);
    await isPublished(next, log.bodies.length);
    await next.close();
    await readPublished(folder);
    expect(readdirSync(join(folder, '.drafts'))).toEqual([]);
  }
});

test('partial tiles go when the full one is there', async () => {
  const log = new MemoryLog();
  const publisher = start(log);
  for (const size of [10, 20, 255]) {
    await log.grow(size);
    await isPublished(publisher, size);
  }
  expect(readdirSync(join(folder, 'tile/entries/000.p')).toSorted()).toEqual(['10', '20', '255']);
  await log.grow(260);
  await isPublished(publisher, 260);
  expect(existsSync(join(folder, 'tile/entries/000.p'))).toBe(false);
  expect(existsSync(join(folder, 'tile/0/000.p'))).toBe(false);
  await readPublished(folder);
});

test('many checkpoints in a short time are one publication, and the last is published at the end', async () => {
  const log = new MemoryLog();
  const publisher = start(log, { intervalMs: 200 });
  await log.grow(1);
  for (let size = 2; size <= 50; size += 1) await log.grow(size);
  expect(publisher.status()).toMatchObject({ behind: 50 });
  await isPublished(publisher, 50);
  expect(retainedSizes(folder)).toEqual([]);
  await log.grow(60);
  await publisher.close();
  expect(publisher.status()).toMatchObject({ size: 60, behind: 0 });
  await log.grow(70);
  await sleep(300);
  expect((await readPublished(folder)).size).toBe(60);
});

test('a folder that cannot be written is told about once, and written when it can be', async () => {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'in the way');
  const log = new MemoryLog();
  await log.grow(5);
  const faults: unknown[] = [];
  const publisher = start(log, { fault: (error) => faults.push(error) });
  await expect.poll(() => publisher.status().error).toMatch(/EEXIST|ENOTDIR/);
  await sleep(50);
  expect(faults).toHaveLength(1);
  rmSync(folder);
  await isPublished(publisher, 5);
  await readPublished(folder);
});

test('the folder of another log, or of another history of this one, is left as it is', async () => {
  const other = new MemoryLog('other');
  await other.grow(40);
  await start(other).close();
  const before = readFileSync(join(folder, 'checkpoint'), 'utf8');
  const log = new MemoryLog();
  await log.grow(50);
  const publisher = start(log);
  await expect.poll(() => publisher.status().error).toContain('does not continue');
  expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toBe(before);
  expect((await readPublished(folder)).entries).toEqual(other.bodies);
});

test('what the officer has said is lost is replaced, and its checkpoint stays', async () => {
  const lost = new MemoryLog();
  await lost.grow(40);
  await start(lost).close();
  const log = new MemoryLog();
  await log.grow(30);
  log.bodies.push(Buffer.from('log-restore'));
  await log.grow(31);
  const decision = {
    apiVersion: 'duovir/v1',
    kind: 'RestoreDecision',
    origin: signer.name,
    size: 30,
    root: rootDigest(await log.rootOf(30)),
    lost: 40,
    lostRoot: rootDigest(await lost.rootOf(40)),
    decidedAt: '2026-01-01T00:00:00.000Z',
  } as const;
  const decided = async (change: Partial<RestoreDecision>) => {
    const restores = [await signRestore(acme.officer.signer, { ...decision, ...change })];
    return { ...(await acme.published()), restores };
  };
  // Decided about entries that are not those of this log: it was rewritten along with the restore.
  let keys = await decided({ root: rootDigest(await log.rootOf(29)) });
  const publisher = start(log, { keys: () => Promise.resolve(keys) });
  await expect.poll(() => publisher.status().error).toContain('does not continue');
  expect((await readPublished(folder)).entries).toEqual(lost.bodies);
  keys = await decided({});
  await isPublished(publisher, 31);
  expect(retainedSizes(folder)).toEqual([40]);
  rmSync(join(folder, 'checkpoints'), { recursive: true });
  expect((await readPublished(folder)).entries).toEqual(log.bodies);
});

test('a timestamp is published with the very checkpoint it is over, and that one is never thinned out', async () => {
  const log = new MemoryLog();
  await log.grow(1);
  const checkpoint = Buffer.from(log.cosigned?.note ?? '');
  const anchor = { size: 1, checkpoint, response: Buffer.from('response') };
  const publisher = start(log, {
    anchors: () => [anchor, { ...anchor, size: 1_000_000 }],
    retained: 210,
    intervalMs: 0,
  });
  for (let size = 2; size <= 240; size += 1) {
    await log.grow(size);
    await isPublished(publisher, size);
  }
  expect(readFileSync(join(folder, 'anchors/1.tsr'), 'utf8')).toBe('response');
  expect(readFileSync(join(folder, 'checkpoints/1'))).toEqual(checkpoint);
  expect(readdirSync(join(folder, 'anchors'))).toEqual(['1.tsr']);
  expect(retainedSizes(folder).length).toBeLessThan(210);
});

test('retained checkpoints get rarer with age, and reach back to the beginning', () => {
  let kept: number[] = [];
  for (let size = 1; size <= 5000; size += 1) {
    kept.push(size);
    const forgotten = new Set(thinned(kept, 300));
    kept = kept.filter((each) => !forgotten.has(each));
    expect(kept.length).toBeLessThanOrEqual(300);
  }
  expect(kept[0]).toBe(1);
  expect(kept.slice(-100)).toEqual(Array.from({ length: 100 }, (_, at) => 4901 + at));
  const gaps = kept.slice(1).map((size, at) => size - (kept[at] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(5000 / 50);
});
