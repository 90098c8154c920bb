// Stands in for the process that owns sandboxes, where a test must start or kill that process. Opens one, runs the
// command of argv[2] in it and prints what that printed; with `hold` it says who holds the sandbox and waits.
import { DEFAULT_LIMITS, type SandboxLimits } from './limits.ts';
import { openSandbox } from './sandbox.ts';
import { enterSandbox } from './visit.ts';

export interface Assignment {
  readonly mode: 'shared' | 'isolated' | 'visit' | 'hold';
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<SandboxLimits>;
}

const { mode, argv, env = {}, limits = {} } = JSON.parse(process.argv[2] ?? '') as Assignment;
const sandbox = await openSandbox({
  run: 'attack',
  generation: 1,
  hosts: {},
  limits: { ...DEFAULT_LIMITS, ...limits },
});
const command = { argv, env, timeoutMs: 30_000, outputCapBytes: 1_000_000 };
if (mode === 'hold') {
  await sandbox.startService({ name: 'held', argv, env, outputCapBytes: 1000 });
  const running = sandbox.command({ ...command, argv: ['/bin/sh', '-c', 'setsid sleep 600 & sleep 600'] });
  console.log(JSON.stringify(sandbox.holder));
  await running;
} else {
  const result =
    mode === 'visit' ? await visited() : await sandbox.command({ ...command, isolated: mode === 'isolated' });
  process.stdout.write(result.stdout.text);
  process.stderr.write(`${result.stderr.text}\n${result.cause} ${result.exit}, limited by ${sandbox.limitedBy}\n`);
  await sandbox.close();
}

async function visited() {
  const visit = await enterSandbox({ ...sandbox.holder, run: sandbox.run, generation: sandbox.generation });
  try {
    return await visit.command(command);
  } finally {
    visit.close();
  }
}
