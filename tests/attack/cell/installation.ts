import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { stateDirectory, type StateDirectory } from '@duovir/principal';
import { seccompFilter } from '@duovir/runner/seccomp';

const run = promisify(execFile);
const DUOVIR = fileURLToPath(new URL('../../../packages/cli/bin/duovir.js', import.meta.url));
const statusSchema = z.object({
  pid: z.int(),
  url: z.url(),
  cells: z.string(),
  processes: z.array(z.object({ name: z.string(), kind: z.string(), pid: z.int() })),
});
export type Status = z.infer<typeof statusSchema>;

/** A whole installation that is really up, as ourselves or, where we are root, as another user. */
export class Installation {
  readonly folder: string;
  readonly state: StateDirectory;
  readonly #as: readonly string[];

  constructor(uid?: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'duovir-cell-'));
    this.state = stateDirectory(join(this.folder, 'state'));
    if (uid !== undefined) chownSync(this.folder, uid, uid);
    this.#as = uid === undefined ? [] : asUser(uid);
  }

  async duovir(...argv: string[]): Promise<string> {
    const [file, ...rest] = [...this.#as, process.execPath, DUOVIR, ...argv, '--state', this.state.root];
    return (await run(file, rest, { cwd: this.folder, env: { PATH: process.env['PATH'] ?? '' } })).stdout;
  }

  async status(): Promise<Status> {
    return statusSchema.parse(JSON.parse(await this.duovir('status', '--json')));
  }

  /** The words with which that principal's cell was really made, up to its program. */
  cellOf(status: Status, name: string): { readonly words: readonly string[]; readonly node: string } {
    const pid = status.processes.find((process) => process.name === name)?.pid;
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const end = words.lastIndexOf('--') + 1;
    return { words: words.slice(0, end), node: words[end] ?? '' };
  }

  /** What another program says that runs in a cell of the very same words. */
  async within(words: readonly string[], program: readonly string[]): Promise<string> {
    const [file = '', ...rest] = [...this.#as, ...words, ...program];
    const child = spawn(file, rest, { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
    (child.stdio[3] as Writable).end(seccompFilter());
    child.stdin?.end();
    const [said, complaint] = await Promise.all([text(child.stdout ?? []), text(child.stderr ?? [])]);
    if (said === '') throw new Error(`it said nothing: ${complaint}`);
    return said;
  }

  async close(): Promise<void> {
    await this.duovir('down', '--purge');
    rmSync(this.folder, { recursive: true });
  }
}

export function asUser(uid: number): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--inh-caps=-all', '--'];
}
