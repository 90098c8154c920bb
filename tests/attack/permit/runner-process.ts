import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { UnixClient } from '@duovir/principal';
import type { Installation } from './installation.ts';

const PROCESS = fileURLToPath(import.meta.resolve('@duovir/runner/runner-process'));

/** The runner as its own process, to be killed at any moment. */
export interface RunnerProcess {
  readonly child: ChildProcess;
  readonly client: UnixClient;
  kill(): Promise<void>;
}

export async function startRunner(installation: Installation): Promise<RunnerProcess> {
  const child = spawn(process.execPath, [PROCESS, installation.root], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the runner ended'))),
  ])) as [Buffer];
  if (said.toString() !== 'ready\n') throw new Error(`the runner said ${said.toString()}`);
  const client = new UnixClient(installation.state.socket('runner'));
  const kill = async (): Promise<void> => {
    client.close();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return { child, client, kill };
}
