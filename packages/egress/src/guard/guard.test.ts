import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { createGuard, type Guard } from './guard.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-guard-'));
afterAll(() => rmSync(folder, { recursive: true }));

const detectUrl = new URL('../detector/detect.ts', import.meta.url).href;

/** A worker with the real detectors that does something else first when the text asks for it. */
function workerThat(name: string, effect: string): URL {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
     import { detect } from ${JSON.stringify(detectUrl)};
     parentPort.on('message', ({ id, text }) => {
       if (text.includes('MISCHIEF')) { ${effect} }
       parentPort.postMessage({ kind: 'found', id, spans: detect(text) });
     });
     parentPort.postMessage({ kind: 'ready' });`,
  );
  return pathToFileURL(file);
}

const SECRET = 'password: "s3cr3t-of-9-lives"';

async function withGuard(
  workerUrl: URL | undefined,
  use: (guard: Guard) => Promise<void>,
  deadlineMs = 5_000,
): Promise<void> {
  const guard = createGuard({ deadlineMs, internalDomains: ['firm.rs'], ...(workerUrl && { workerUrl }) });
  try {
    await use(guard);
  } finally {
    await guard.close();
  }
}

it('finds in a worker what the detectors find, with the internal domains it was given', () =>
  withGuard(undefined, async (guard) => {
    expect(await guard.detect(`${SECRET}\nwiki.firm.rs`)).toMatchObject([{ kind: 'secret' }, { kind: 'host' }]);
    expect(await guard.detect('nothing here')).toEqual([]);
  }));

it('answers many who ask at once, each for its own text', () =>
  withGuard(undefined, async (guard) => {
    const texts = Array.from({ length: 20 }, (_, index) => `${' '.repeat(index)}${SECRET}`);
    const starts = (await Promise.all(texts.map((text) => guard.detect(text)))).map(([first]) => first?.start);
    expect(starts).toEqual(texts.map((_, index) => 11 + index));
  }));

it('ends a worker past its deadline, says so, and answers the next', () =>
  withGuard(
    workerThat('hangs', 'for (;;);'),
    async (guard) => {
      await expect(guard.detect(`MISCHIEF ${SECRET}`)).rejects.toMatchObject({ code: 'guard-timeout' });
      expect(await guard.detect(SECRET)).toHaveLength(1);
    },
    800,
  ));

it.each([
  ['throws', 'throw new Error("broken");'],
  ['ends', 'process.exit(3);'],
  ['swells', 'const all = []; for (;;) all.push(new Array(1e5).fill({}));'],
  ['talks nonsense', 'parentPort.postMessage({ kind: "found", id, spans: [{}] }); return;'],
  ['answers another question', 'parentPort.postMessage({ kind: "found", id: id + 1, spans: [] }); return;'],
])('takes a worker that %s for no answer, and starts another', (name, effect) =>
  withGuard(
    workerThat(name.replaceAll(' ', '-'), effect),
    async (guard) => {
      const waiting = [guard.detect(`MISCHIEF ${SECRET}`), guard.detect(SECRET)];
      await expect(waiting[0]).rejects.toMatchObject({ code: 'guard-failed' });
      expect(await waiting[1]).toHaveLength(1);
    },
    30_000,
  ),
);

it('fails for everybody when no worker starts', () =>
  withGuard(pathToFileURL(join(folder, 'missing.mjs')), async (guard) => {
    await expect(guard.detect(SECRET)).rejects.toMatchObject({ code: 'guard-failed' });
  }));

it('lets nothing pass once it is closed', async () => {
  const guard = createGuard({ deadlineMs: 5_000, internalDomains: [] });
  const [asked] = await Promise.allSettled([guard.detect(SECRET), guard.close()]);
  expect(asked).toMatchObject({ status: 'rejected', reason: { code: 'guard-failed' } });
  await expect(guard.detect(SECRET)).rejects.toMatchObject({ code: 'guard-failed' });
});
