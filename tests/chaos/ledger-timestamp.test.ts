import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { timestampQuery, verifyLog, type Verification } from '@duovir/ledger';
import { loadPublicKey } from '@duovir/principal';
import { freshDatabase } from '@duovir/server/fresh-database';
import { KeyedInstallation } from '../keys/installation.ts';
import { serveTimestamps, TimeStampingAuthority } from '../keys/time-stamping-authority.ts';

let installation: KeyedInstallation;
const authority = new TimeStampingAuthority();
const signer = authority.issue('tsa', { issuer: authority.root });
beforeAll(async () => {
  installation = await KeyedInstallation.make(await freshDatabase(inject('postgres')));
  await installation.up();
});
afterAll(async () => {
  await installation.close();
  authority.close();
});

type Respond = (query: Buffer, answer: ServerResponse) => void;

function reply(answer: ServerResponse, bytes: Buffer): void {
  answer.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(bytes);
}
const honest: Respond = (query, answer) => reply(answer, authority.answer(query, signer));

async function stamp(
  respond: Respond,
  ...more: string[]
): Promise<{ readonly said: string; readonly code: number | null }> {
  const server = await serveTimestamps(respond);
  try {
    return await installation.run([
      'ledger',
      'timestamp',
      '--tsa',
      server.url,
      '--tsa-ca',
      authority.root.certificate,
      ...more,
    ]);
  } finally {
    await server.close();
  }
}

const kept = (): string[] => (existsSync(installation.state.anchors) ? readdirSync(installation.state.anchors) : []);

async function exported(name: string): Promise<string> {
  const folder = installation.path(name);
  await installation.expect(['ledger', 'export', folder]);
  return folder;
}

function audit(folder: string, timestampAuthorities?: string): Promise<Verification> {
  const officer = loadPublicKey(installation.state.officer);
  return verifyLog(folder, { officer, ...(timestampAuthorities === undefined ? {} : { timestampAuthorities }) });
}

const hostile: readonly (readonly [string, Respond])[] = [
  [
    'repeats what it has said to somebody else',
    (query, answer) => {
      const other = Buffer.concat([query.subarray(0, 58), randomBytes(16).fill(0x41, 0, 1), query.subarray(74)]);
      reply(answer, authority.answer(other, signer));
    },
  ],
  [
    'is about something else',
    (_query, answer) =>
      reply(answer, authority.answer(timestampQuery(Buffer.from('other'), randomBytes(16)).body, signer)),
  ],
  [
    'signs with what has expired',
    (query, answer) =>
      reply(answer, authority.answer(query, authority.issue('old', { validFor: -1, issuer: authority.root }))),
  ],
  ['is another authority', (query, answer) => reply(answer, authority.answer(query, authority.issue('stranger')))],
  ['says nothing that can be read', (_query, answer) => reply(answer, randomBytes(2000))],
  ['never stops', (_query, answer) => reply(answer, Buffer.alloc(5_000_000))],
  ['sends a page', (_query, answer) => void answer.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
  ['sends us elsewhere', (_query, answer) => void answer.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
  ['fails', (_query, answer) => void answer.writeHead(500).end()],
  ['hangs up', (_query, answer) => void answer.destroy()],
  ['keeps us waiting', () => undefined],
];

test.each(hostile)('an authority that %s has put no time to anything', async (_, respond) => {
  const { code, said } = await stamp(respond);
  expect([code, kept()]).toEqual([4, []]);
  expect(said).toMatch(/Remedy/);
});

test('an address with a password in it, or of no authority, is refused', async () => {
  for (const url of ['http://user:word@127.0.0.1/', 'ftp://127.0.0.1/', 'nowhere'])
    expect((await installation.run(['ledger', 'timestamp', '--tsa', url])).code).toBe(2);
});

test('a time is kept with the bytes it is about, exported with them, and OpenSSL agrees', async () => {
  const unanchored = await exported('before');
  expect((await audit(unanchored)).remarks.map(({ rule }) => rule)).toContain('anchor');
  const { said, code } = await stamp(honest, '--json');
  expect(code).toBe(0);
  const { size, isTrusted, authority: name } = JSON.parse(said) as Record<string, unknown>;
  expect([isTrusted, name]).toEqual([true, expect.stringContaining('CN=tsa')]);
  expect(kept().toSorted()).toEqual([String(size), `${String(size)}.tsr`]);
  const [checkpoint, response] = [String(size), `${String(size)}.tsr`].map((file) =>
    readFileSync(join(installation.state.anchors, file)),
  );
  if (!checkpoint || !response) throw new Error('nothing was kept');
  expect(() => authority.check(checkpoint, response)).not.toThrow();
  const folder = await exported('after');
  expect(readFileSync(join(folder, 'checkpoints', String(size)))).toEqual(checkpoint);
  expect(readFileSync(join(folder, 'anchors', `${String(size)}.tsr`))).toEqual(response);
  const unasked = await audit(folder);
  expect([unasked.findings, unasked.remarks.map(({ rule }) => rule)]).toEqual([[], ['anchor']]);
  expect(await audit(folder, authority.pem())).toMatchObject({ ok: true, findings: [], remarks: [] });
  const other = new TimeStampingAuthority();
  expect((await audit(folder, other.pem())).findings).toMatchObject([{ rule: 'anchor' }]);
  other.close();
  // A timestamp without its checkpoint, and one over another.
  writeFileSync(join(folder, 'anchors', '1.tsr'), response);
  writeFileSync(join(folder, 'anchors', 'notes.txt'), 'mine');
  expect((await audit(folder, authority.pem())).findings.map(({ file }) => file)).toEqual(
    expect.arrayContaining(['anchors/1.tsr', 'anchors/notes.txt']),
  );
});
