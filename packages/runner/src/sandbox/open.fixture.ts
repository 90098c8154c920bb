import { afterAll } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';

/** A real sandbox for the tests of one file, closed after them. */
export async function openForTests(run: string, hosts: Readonly<Record<string, string>> = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({ run, generation: 1, hosts, limits: DEFAULT_LIMITS });
  afterAll(() => sandbox.close());
  return sandbox;
}

/** A script for /bin/sh as a command with room enough. */
export const shell = (script: string) => ({
  argv: ['/bin/sh', '-c', script],
  timeoutMs: 20_000,
  outputCapBytes: 1_000_000,
});
