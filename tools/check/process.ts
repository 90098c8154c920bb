import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
const BINARIES = join(ROOT, 'node_modules', '.bin');

export interface Finished {
  readonly exitCode: number;
  /** Standard output and standard error as they came; empty when they were shown instead. */
  readonly output: string;
}

/** Runs a tool of this repository on its own Node. Past its time it gets SIGTERM, and SIGKILL ten seconds later. */
export function run(
  command: string,
  commandArguments: readonly string[],
  options: { show: boolean; seconds: number; environment?: Readonly<Record<string, string>> },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(BINARIES, command), commandArguments, {
      cwd: ROOT,
      env: { ...process.env, ...options.environment, PATH: [BINARIES, process.env['PATH'] ?? ''].join(delimiter) },
      stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    const terminate = setTimeout(() => child.kill('SIGTERM'), options.seconds * 1000);
    const kill = setTimeout(() => child.kill('SIGKILL'), (options.seconds + 10) * 1000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(terminate);
      clearTimeout(kill);
      resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
