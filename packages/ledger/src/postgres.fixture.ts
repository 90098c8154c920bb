import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

const NOBODY = 65_534;
/** PostgreSQL refuses to run as root; an ordinary user runs it as itself. */
const isRoot = process.getuid?.() === 0;
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

function binaries(): string {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed)
    ? readdirSync(installed).toSorted((left, right) => Number(right) - Number(left))
    : [];
  const found = versions
    .map((version) => join(installed, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
  if (!found) throw new Error('these tests need an installed PostgreSQL');
  return found;
}

/** A real PostgreSQL of one test file, in a folder of its own, on a Unix socket only. */
export class TestPostgres {
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<TestPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-pg-'));
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    chmodSync(folder, 0o700);
    execFileSync(
      join(binaries(), 'initdb'),
      ['-D', join(folder, 'cluster'), '-U', 'duovir', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      { ...identity, stdio: 'ignore', cwd: '/' },
    );
    const server = new TestPostgres(folder);
    await server.resume();
    return server;
  }

  connectionString(database = 'postgres'): string {
    return `postgresql://duovir@/${database}?host=${encodeURIComponent(this.#folder)}`;
  }

  /** A new empty database. */
  async createDatabase(name: string): Promise<string> {
    const client = new Client({ connectionString: this.connectionString() });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    return this.connectionString(name);
  }

  /** Starts the server and waits until it answers: after a kill, the orphans of the last one must have gone first. */
  async resume(): Promise<void> {
    for (let attempt = 0; attempt < 600; attempt += 1) {
      if (!this.#process || this.#process.exitCode !== null) this.#process = this.#spawn();
      if (await this.#answers()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('PostgreSQL did not start');
  }

  #spawn(): ChildProcess {
    return spawn(
      join(binaries(), 'postgres'),
      ['-D', join(this.#folder, 'cluster'), '-k', this.#folder, '-c', 'listen_addresses='],
      { ...identity, stdio: 'ignore', cwd: '/' },
    );
  }

  async #answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.connectionString() });
    try {
      await client.connect();
      await client.query('select 1');
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  /** kill -9, as a power cut of the database would look from outside. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (!running) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
    this.#process = undefined;
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (running) {
      const ended = once(running, 'exit');
      running.kill('SIGINT');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
