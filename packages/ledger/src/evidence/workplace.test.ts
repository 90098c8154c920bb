import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../folder.fixture.ts';
import { openWorkplace } from './workplace.ts';

let parent: string;
let destination: string;
/** Of this process, as its folders are named. */
let place: string;
let start: string;
beforeEach(() => {
  parent = temporaryFolder();
  destination = join(parent, 'q4.zip');
  [, place = '', start = ''] = /^q4\.zip\.([0-9a-f]{16})-\d+-(\d+)\./.exec(basename(openWorkplace(destination))) ?? [];
});

function leave(owner: string, name = 'q4.zip'): string {
  const folder = join(parent, `${name}.${owner}.0123456789ab.partial`);
  mkdirSync(join(folder, 'pack'), { recursive: true });
  writeFileSync(join(folder, 'pack/README.txt'), 'half');
  return folder;
}

async function gonePid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}

test('what a process left that is gone is cleared away, also where its number was given again', async () => {
  const left = [leave(`${place}-${await gonePid()}-77`), leave(`${place}-${process.pid}-${Number(start) + 1}`)];
  const own = openWorkplace(destination);
  expect(left.map((folder) => existsSync(folder))).toEqual([false, false]);
  expect(readdirSync(join(own, 'left')).toSorted()).toEqual(left.map((folder) => basename(folder)).toSorted());
});

test('what belongs to a living process stays, and to one of which nothing can be known', async () => {
  const pid = await gonePid();
  const elsewhere = place.replaceAll(/./g, (digit) => (digit === '0' ? '1' : '0'));
  const kept = [
    leave(`${place}-${process.pid}-${start}`),
    leave(`${place}-${process.pid}-0`),
    leave(`${elsewhere}-${pid}-77`),
    leave(`${place}-${pid}-77`, 'q3.zip'),
    leave(`${place}-4294967297-77`),
    leave('0123'),
  ];
  const [target, link] = [join(parent, 'mine'), join(parent, `q4.zip.${place}-${pid}-77.0123456789ab.partial`)];
  mkdirSync(target);
  symlinkSync(target, link);
  const own = openWorkplace(destination);
  expect([...kept, target, link].filter((path) => !existsSync(path))).toEqual([]);
  expect(readdirSync(own)).toEqual([]);
});
