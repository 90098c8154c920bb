import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSandbox, type Sandbox } from '../packages/runner/src/sandbox/sandbox.ts';
import { DEFAULT_LIMITS } from '../packages/runner/src/sandbox/limits.ts';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly comparedWith: string;
  readonly ratio: number;
  readonly bar: string;
  readonly ok: boolean;
}

const ROUNDS = 120;
const HIGHEST_RATIO = 1.2;
/** Both sides get the same rest, so that neither pays for what the other left to do. */
const REST_MS = 15;

/** A step with all limits beside the least that enters the same sandbox: nsenter and bubblewrap, and nothing else. */
export async function benchSandbox(): Promise<Figure[]> {
  const sandbox = await openSandbox({ run: 'bench', generation: 1, hosts: {}, limits: DEFAULT_LIMITS });
  try {
    const bare: number[] = [];
    const limited: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await sleep(REST_MS);
      bare.push(await bareEntry(sandbox));
      await sleep(REST_MS);
      limited.push(await limitedCommand(sandbox));
    }
    return [0.5, 0.9].map((quantile) => {
      const [value, floor] = [at(limited, quantile), at(bare, quantile)];
      const ratio = value / floor;
      return {
        name: `sandboxed step, limits on, p${quantile * 100}`,
        value,
        unit: 'ms',
        comparedWith: `bare nsenter + bwrap, ${floor.toFixed(2)} ms`,
        ratio,
        bar: `<= ${HIGHEST_RATIO}x`,
        ok: ratio <= HIGHEST_RATIO,
      };
    });
  } finally {
    await sandbox.close();
  }
}

async function limitedCommand(sandbox: Sandbox): Promise<number> {
  const started = performance.now();
  const { cause, exit } = await sandbox.command({ argv: ['/bin/true'], timeoutMs: 10_000, outputCapBytes: 65_536 });
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
  const started = performance.now();
  const user = process.getuid?.() === 0 ? { uid: hostUser, gid: hostUser } : {};
  const child = spawn('nsenter', [`--target=${holder.pid}`, ...enter, ...inner], {
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
    child.stdout?.resume();
    child.stderr?.resume();
  });
}

function at(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
}
