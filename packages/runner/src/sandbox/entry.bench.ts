// Measures a step with all limits beside the least that enters the same sandbox: nsenter and bubblewrap, nothing else.
// Prints the milliseconds of each round as JSON. Run as a process of its own, as a runner is.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_LIMITS } from './limits.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';

export interface Rounds {
  readonly bare: number[];
  readonly limited: number[];
}

const ROUNDS = 120;
/** Both sides get the same rest, so that neither pays for what the other left to do. */
const REST_MS = 15;

const sandbox = await openSandbox({ run: 'bench', generation: 1, hosts: {}, limits: DEFAULT_LIMITS });
const rounds: Rounds = { bare: [], limited: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  await sleep(REST_MS);
  rounds.bare.push(await bareEntry(sandbox));
  await sleep(REST_MS);
  rounds.limited.push(await limitedCommand(sandbox));
}
await sandbox.close();
console.log(JSON.stringify(rounds));

async function limitedCommand(one: Sandbox): Promise<number> {
  const started = performance.now();
  const { cause, exit } = await one.command({ argv: ['/bin/true'], timeoutMs: 10_000, outputCapBytes: 65_536 });
  if (cause !== 'exit' || exit !== 0) throw new Error(`the measured step ended with ${cause} ${exit}`);
  return performance.now() - started;
}

function bareEntry({ holder, hostUser }: Sandbox): Promise<number> {
  const enter = ['--user', '--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup', '--preserve-credentials', '--'];
  const inner = [
    'bwrap',
    '--unshare-user',
    '--uid',
    '1000',
    '--gid',
    '1000',
    '--dev-bind',
    '/',
    '/',
    '--',
    '/bin/true',
  ];
  const [command, ...rest] = ['nsenter', `--target=${holder.pid}`, ...enter, ...inner];
  const user = process.getuid?.() === 0 ? { uid: hostUser, gid: hostUser } : {};
  const started = performance.now();
  const child = spawn(command, rest, {
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(performance.now() - started) : reject(new Error(`bare entry failed with ${code}`)),
    );
    child.stdout.resume();
    child.stderr.resume();
  });
}
