/* Runs inside of a cell, as text: it may import nothing but Node. Says of each attempt what came of it. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import {
  appendFileSync,
  chmodSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';

interface Targets {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly list: readonly string[];
  readonly call: readonly string[];
  readonly reach: readonly { readonly host: string; readonly port: number }[];
  readonly kill: readonly number[];
  readonly ownKey: string;
  /** The one folder that an agent may write to. */
  readonly memory: string;
  readonly gateway: string;
}

const targets: Targets = JSON.parse(process.argv[1] ?? '');
const outcomes: Record<string, string> = {};
const WITHIN_MS = 1_500;

async function attempt(name: string, act: () => unknown): Promise<void> {
  try {
    const late = new Promise((resolve) => setTimeout(resolve, WITHIN_MS, 'LATE').unref());
    const came = await Promise.race([act(), late]);
    outcomes[name] = came === 'LATE' ? 'LATE' : `ALLOWED ${JSON.stringify(came)}`;
  } catch (error) {
    outcomes[name] = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

for (const path of targets.read) await attempt(`read ${path}`, () => readFileSync(path).length);
for (const path of targets.write) {
  await attempt(`append to ${path}`, () => appendFileSync(path, 'x'));
  await attempt(`replace ${path}`, () => {
    writeFileSync(`${targets.memory}/mine`, 'x');
    renameSync(`${targets.memory}/mine`, path);
  });
  await attempt(`write beside ${path}`, () => writeFileSync(`${path}.mine`, 'x'));
  await attempt(`change mode of ${path}`, () => chmodSync(path, 0o777));
}
for (const path of targets.call)
  await attempt(`call ${path.replace('\0', '@')}`, () => once(connect({ path }), 'connect'));
for (const { host, port } of targets.reach)
  await attempt(`reach ${host}:${port}`, () => once(connect({ host, port }), 'connect'));
await attempt('send to a name server', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.send('x', 53, '192.0.2.53', (error) => (error ? reject(error) : resolve()));
  }).finally(() => socket.close());
});
await attempt('resolve a name', async () => (await lookup('example.com')).address);
for (const pid of targets.kill) await attempt(`signal ${pid}`, () => process.kill(pid, 0));
await attempt('open the memory of the first process for writing', () => openSync('/proc/1/mem', 'r+'));
await attempt('walk through the root of the first process', () => readdirSync('/proc/1/root/proc/1/root'));
await attempt('set the core pattern', () => writeFileSync('/proc/sys/kernel/core_pattern', '|/tmp/x'));
await attempt('become root', () => process.setuid?.(0));
await attempt('join a group', () => process.setgroups?.([0]));
await attempt('link to a key and read it', () => {
  symlinkSync(targets.read[0] ?? '', `${targets.memory}/link`);
  return readFileSync(`${targets.memory}/link`).length;
});

const listings = Object.fromEntries(targets.list.map((path) => [path, readdirSync(path).toSorted()]));
const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
const status = readFileSync('/proc/self/status', 'utf8');
const environment = Object.keys(process.env);
const ownKey = readFileSync(targets.ownKey, 'utf8').split('\n')[0];
const gateway = await new Promise<string>((resolve, reject) => {
  const asked = request({ socketPath: targets.gateway, path: '/v1/health' }, (answer) => {
    answer.setEncoding('utf8').on('data', resolve);
  });
  asked.once('error', reject).end();
});
process.stdout.write(JSON.stringify({ outcomes, listings, processes, status, environment, ownKey, gateway }));
process.exit(0);
