import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient, type Client } from '@duovir/sdk';
import * as z from 'zod';

const run = promisify(execFile);
const DUOVIR = fileURLToPath(new URL('../../packages/cli/bin/duovir.js', import.meta.url));
const statusSchema = z.object({
  pid: z.int(),
  url: z.string(),
  processes: z.array(z.object({ name: z.string(), kind: z.string(), pid: z.int().nullable() })),
});
type Status = z.infer<typeof statusSchema>;

/** The process and all below it, by `/proc/<pid>/task/<tid>/children`. */
function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(familyOf)];
}

/** A whole installation in a folder of its own, driven by the commands a person would use. */
export class Installation {
  readonly state: string;

  constructor() {
    this.state = join(mkdtempSync(join(tmpdir(), 'duovir-chaos-')), 'state');
  }

  async duovir(...parameters: string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [DUOVIR, '--state', this.state, ...parameters], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  async up(): Promise<void> {
    await this.duovir('up', '--port', '0');
  }

  /** `status` ends with another code than 0 while something is being restarted; what it prints is the same. */
  async status(): Promise<Status> {
    const stdout = await this.duovir('status', '--json').catch((error: { readonly stdout: string }) => error.stdout);
    return statusSchema.parse(JSON.parse(stdout));
  }

  async ready(): Promise<void> {
    while (!(await this.status()).processes.every(({ kind }) => kind === 'ready')) await pause(100);
  }

  async client(): Promise<Client> {
    await this.ready();
    const { url } = await this.status();
    return createClient({ url, token: readFileSync(join(this.state, 'people', 'operator', 'token'), 'utf8').trim() });
  }

  async pidOf(name: string): Promise<number> {
    const status = await this.status();
    const pid = name === 'supervisor' ? status.pid : status.processes.find((process) => process.name === name)?.pid;
    if (!pid) throw new Error(`there is no process ${name}`);
    return pid;
  }

  /** A process in a cell is below the one that `status` names: a signal that does not kill has to reach both. */
  async signal(name: string, signal: NodeJS.Signals): Promise<void> {
    for (const pid of familyOf(await this.pidOf(name))) process.kill(pid, signal);
  }

  /** SIGKILL, and for the supervisor `up` afterwards: as a person would who finds everything gone. */
  async kill(name: string): Promise<void> {
    process.kill(await this.pidOf(name), 'SIGKILL');
    if (name !== 'supervisor') return;
    await pause(1_000);
    await this.up();
  }

  async close(): Promise<void> {
    await this.duovir('down', '--purge');
    rmSync(join(this.state, '..'), { recursive: true, force: true });
  }
}
