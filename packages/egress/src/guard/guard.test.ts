import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { createGuard, type Guard } from './guard.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-guard-'));
afterAll(() => rmSync(folder, { recursive: true }));

const detectUrl = new URL('../detector/detect.ts', import.meta.url).href;
const trappingWorkerUrl = new URL('./trapping-worker.fixture.mjs', import.meta.url);

/** A worker with the real detectors that does something else first when the text asks for it. */
function workerThat(name: string, effect: string): URL {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `import { detect } from ${JSON.stringify(detectUrl)};
     process.once('message', () => {
       process.on('message', ({ id, texts: [text] }) => {
         if (text.includes('MISCHIEF')) { ${effect} }
         process.send({ kind: 'detected', id, spans: detect(text) });
       });
       process.send({ kind: 'ready' });
     });`,
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
  ['throws what is no error', 'throw 1;'],
  ['ends', 'process.exit(3);'],
  ['crashes', 'process.kill(process.pid, "SIGSEGV"); for (;;);'],
  ['loses its channel', 'process.disconnect(); return;'],
  ['swells', 'const all = []; for (;;) all.push(new Array(1e5).fill({}));'],
  ['talks nonsense', 'process.send({ kind: "detected", id, spans: [{}] }); return;'],
  ['answers another kind', 'process.send({ kind: "learned", id, names: [] }); return;'],
  ['answers another question', 'process.send({ kind: "detected", id: id + 1, spans: [] }); return;'],
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

it('finds the names that one text defines in all that belong together', () =>
  withGuard(undefined, async (guard) => {
    const texts = ['The person_files of 10.1.2.3', 'create table person_files (ssn_code text);', 'client_code'];
    const { looks, names } = await guard.look(texts, new Map([['client_code', 'column']]));
    expect(Object.fromEntries(names)).toEqual({ person_files: 'table', ssn_code: 'column', client_code: 'column' });
    expect(looks).toMatchObject([
      { spans: [{ kind: 'ip' }], sql: [{ start: 4, end: 16, kind: 'table' }] },
      { spans: [], sql: [{ kind: 'table' }, { kind: 'column' }] },
      { spans: [], sql: [{ start: 0, end: 11, kind: 'column' }] },
    ]);
    expect(await guard.learnSchema(texts)).toEqual(new Map([...names].filter(([name]) => name !== 'client_code')));
    expect(await guard.look([], new Map())).toMatchObject({ looks: [] });
  }));

it('takes looks at other texts than it asked about for none', () =>
  withGuard(
    workerThat('skips', 'process.send({ kind: "looked", id, names: [], looks: [] }); return;'),
    async (guard) => {
      await expect(guard.look(['MISCHIEF'], new Map())).rejects.toMatchObject({ code: 'guard-failed' });
    },
  ));

it('ends a worker whose SQL parser has trapped, says so, and answers the next', () =>
  withGuard(trappingWorkerUrl, async (guard) => {
    const sql = 'select ssn_code from person_files;';
    await expect(guard.look([`MISCHIEF ${sql}`], new Map())).rejects.toMatchObject({
      code: 'sql-parser-unavailable',
      consequence: 'refuse',
    });
    expect((await guard.look([sql], new Map())).looks[0]?.sql).toHaveLength(2);
  }));

it('leaves the server free while it reads a great deal of SQL', () =>
  withGuard(
    undefined,
    async (guard) => {
      let turns = 0;
      const counting = setInterval(() => (turns += 1), 1);
      await guard.look(['select ssn_code, full_name from person_files where id = 1;\n'.repeat(4000)], new Map());
      clearInterval(counting);
      // Parsed here, this would be one long turn.
      expect(turns).toBeGreaterThan(20);
    },
    60_000,
  ));

it('fails for everybody when no worker starts', () =>
  withGuard(pathToFileURL(join(folder, 'missing.mjs')), async (guard) => {
    await expect(guard.detect(SECRET)).rejects.toMatchObject({ code: 'guard-failed' });
  }));

it.each([
  ['write a file', `process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(join(folder, 'leak'))}, text)`],
  ['start a program', 'process.getBuiltinModule("node:child_process").spawnSync("true")'],
  ['start a thread', 'new (process.getBuiltinModule("node:worker_threads").Worker)("1", { eval: true })'],
])('lets a worker compute, and not %s', (name, effect) =>
  withGuard(workerThat(`tries-to-${name.replaceAll(' ', '-')}`, answerWith(effect)), async (guard) => {
    expect(await guard.detect('MISCHIEF')).toMatchObject([{ rule: 'ERR_ACCESS_DENIED' }]);
  }),
);

it('gives a worker nothing of its own environment', () =>
  withGuard(workerThat('looks-around', answerWith('throw { code: JSON.stringify(process.env) }')), async (guard) => {
    expect(await guard.detect('MISCHIEF')).toMatchObject([{ rule: '{}' }]);
  }));

/** What it throws is the rule of the only finding. */
function answerWith(effect: string): string {
  const spans = '[{ start: 0, end: 1, kind: "secret", tier: "block", rule: code }]';
  return `try { ${effect}; } catch ({ code }) { process.send({ kind: "detected", id, spans: ${spans} }); return; }`;
}

it('leaves no worker behind when its own process is killed in the middle of a text', async () => {
  const asker = join(folder, 'asker.mjs');
  const options = { deadlineMs: 60_000, internalDomains: [], workerUrl: workerThat('never-ends', 'for (;;);').href };
  writeFileSync(
    asker,
    `import { readFileSync } from 'node:fs';
     import { createGuard } from ${JSON.stringify(new URL('guard.ts', import.meta.url).href)};
     const { workerUrl, ...options } = ${JSON.stringify(options)};
     const guard = createGuard({ ...options, workerUrl: new URL(workerUrl) });
     await guard.detect('ready');
     void guard.detect('MISCHIEF');
     process.stdout.write(readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8'));`,
  );
  const server = spawn(process.execPath, [asker], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [children] = await once(server.stdout.setEncoding('utf8'), 'data');
  const worker = Number(children);
  expect(existsSync(`/proc/${worker}`)).toBe(true);
  server.kill('SIGKILL');
  await expect.poll(() => isRunning(worker)).toBe(false);
});

/** A zombie is over; nobody may be there to collect it. */
function isRunning(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
  return !/\) Z/.test(stat);
}

it('lets nothing pass once it is closed', async () => {
  const guard = createGuard({ deadlineMs: 5_000, internalDomains: [] });
  const [asked] = await Promise.allSettled([guard.detect(SECRET), guard.close()]);
  expect(asked).toMatchObject({ status: 'rejected', reason: { code: 'guard-failed' } });
  await expect(guard.detect(SECRET)).rejects.toMatchObject({ code: 'guard-failed' });
});
