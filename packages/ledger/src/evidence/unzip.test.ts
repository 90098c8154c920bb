import { createWriteStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../folder.fixture.ts';
import { unzip } from './unzip.ts';

interface Packed {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly mode?: number;
}

/** Names of the same length may be exchanged afterwards: no honest program would write some of them. */
async function zipOf(files: readonly Packed[], rename: Readonly<Record<string, string>> = {}): Promise<string> {
  const file = join(temporaryFolder(), 'pack.zip');
  const zip = new ZipFile();
  for (const { name, content = 'x', mode = 0o100644 } of files) zip.addBuffer(Buffer.from(content), name, { mode });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
  let bytes = readFileSync(file).toString('latin1');
  for (const [from, to] of Object.entries(rename)) bytes = bytes.replaceAll(from, to);
  writeFileSync(file, Buffer.from(bytes, 'latin1'));
  return file;
}

const refused = { code: 'evidence-malformed' };

test('files come out where they belong', async () => {
  const folder = temporaryFolder();
  await unzip(await zipOf([{ name: 'log/tile/0/000', content: 'hashes' }, { name: 'README.txt' }]), folder);
  expect(readFileSync(join(folder, 'log/tile/0/000'), 'utf8')).toBe('hashes');
});

test('nothing is written outside the folder', async () => {
  for (const name of [
    '../escaped.txt',
    '/tmp/escapd.txt',
    'a/../../ab.txt',
    'a\\..\\..\\ab.txt',
    'a/./escaped.tx',
    '.hidden/ab.txt',
  ]) {
    const parent = temporaryFolder();
    const folder = join(parent, 'inside');
    const file = await zipOf([{ name: 'placeholder.t'.slice(0, name.length).padEnd(name.length, 'x') }], {
      ['placeholder.t'.slice(0, name.length).padEnd(name.length, 'x')]: name,
    });
    await expect(unzip(file, folder)).rejects.toMatchObject(refused);
    expect([name, existsSync(folder) ? readdirSync(folder) : []]).toEqual([name, []]);
    expect(readdirSync(parent).filter((entry) => entry !== 'inside')).toEqual([]);
  }
});

test('a name that comes twice is refused, in any case of letters', async () => {
  const twice = await zipOf([{ name: 'one.txt' }, { name: 'two.txt' }], { 'two.txt': 'one.txt' });
  await expect(unzip(twice, temporaryFolder())).rejects.toMatchObject(refused);
  const similar = await zipOf([{ name: 'one.txt' }, { name: 'ONE.txt' }]);
  await expect(unzip(similar, temporaryFolder())).rejects.toMatchObject(refused);
});

test('links and folders are refused', async () => {
  const link = await zipOf([{ name: 'link', content: '/etc/passwd', mode: 0o120777 }]);
  await expect(unzip(link, temporaryFolder())).rejects.toMatchObject(refused);
});

test('no more is unpacked than the limits allow, whatever the file says', async () => {
  const bomb = await zipOf([{ name: 'zeroes', content: Buffer.alloc(5_000_000) }]);
  await expect(unzip(bomb, temporaryFolder(), { files: 10, bytes: 1_000_000 })).rejects.toMatchObject(refused);
  const many = await zipOf([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
  await expect(unzip(many, temporaryFolder(), { files: 2, bytes: 1000 })).rejects.toMatchObject(refused);
});

test('what is no ZIP file, or a damaged one, is refused', async () => {
  const text = join(temporaryFolder(), 'pack.zip');
  writeFileSync(text, 'not a zip');
  await expect(unzip(text, temporaryFolder())).rejects.toMatchObject(refused);
  const file = await zipOf([
    { name: 'one.txt', content: 'some text that is long enough to be compressed, compressed' },
  ]);
  const bytes = readFileSync(file);
  writeFileSync(file, Buffer.concat([bytes.subarray(0, 45), Buffer.from([0xff, 0xff, 0xff]), bytes.subarray(48)]));
  await expect(unzip(file, temporaryFolder())).rejects.toMatchObject(refused);
});
