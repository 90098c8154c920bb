import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { UsedPermits } from '../permit/single-use.ts';
import { Journal, type ReceiptEvent } from './journal.ts';
import { RunFences } from './run-fences.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-durable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const RUN = 'run-abcdefghijklmnopqrst';

const receipt: ReceiptEvent = {
  kind: 'receipt',
  receipt: { payload: '', payloadType: 'application/vnd.in-toto+json', signatures: [{ keyid: 'runner/0', sig: '' }] },
  stdout: 'out',
  stderr: '',
  sandbox: null,
};

test('of many that claim one permit at once, one gets it', async () => {
  const here = join(folder, 'used');
  const all = await Promise.all(Array.from({ length: 4 }, () => UsedPermits.open(here)));
  const claims = await Promise.allSettled(
    all.flatMap((used) => [used.claim('permit-1', RUN), used.claim('permit-1', RUN)]),
  );
  expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const again = await UsedPermits.open(here);
  expect(again.has('permit-1')).toBe(true);
  expect(await again.runOf('permit-1')).toBe(RUN);
  expect(again.has('permit-2')).toBe(false);
  expect(await again.runOf('permit-2')).toBeUndefined();
});

test('a receipt is there in full or not at all', async () => {
  const here = join(folder, 'executions');
  const journal = await Journal.open(here);
  expect(await journal.find(RUN, 'permit-1')).toBeUndefined();
  await journal.keep(RUN, 'permit-1', receipt);
  // What a crash leaves of the next one: half a file under another name.
  writeFileSync(join(here, RUN, 'permit-2.json.next'), '{"kind":"rec');
  expect(await (await Journal.open(here)).find(RUN, 'permit-1')).toEqual(receipt);
  expect(await journal.find(RUN, 'permit-2')).toBeUndefined();
  await journal.forget(RUN);
  expect(readdirSync(here)).toEqual([]);
});

test('how far a run has come is remembered', async () => {
  const fences = await RunFences.open(join(folder, 'fences'));
  expect(await fences.of(RUN)).toEqual({ kind: 'open', generation: 0 });
  await fences.set(RUN, { kind: 'open', generation: 3 });
  expect(await (await RunFences.open(join(folder, 'fences'))).of(RUN)).toEqual({ kind: 'open', generation: 3 });
  await fences.set(RUN, { kind: 'settled' });
  expect(await fences.of(RUN)).toEqual({ kind: 'settled' });
});
