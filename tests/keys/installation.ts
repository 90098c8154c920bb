import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  loadPublicKey,
  openTrustPolicy,
  stateDirectory,
  type StateDirectory,
  type TrustedPolicy,
} from '@duovir/principal';
import type { TrustPolicy } from '@duovir/protocol';

const DUOVIR = join(import.meta.dirname, '../../packages/cli/bin/duovir.js');
const READY_WITHIN_MS = 180_000;
const ENTRY_POINTS = {
  server: fileURLToPath(import.meta.resolve('@duovir/server/process')),
  witness: fileURLToPath(import.meta.resolve('@duovir/ledger/witness-process')),
} as const;

type Name = keyof typeof ENTRY_POINTS;

/** Server and witness of an installation as processes that are started again when they end, and the commands in front of them. */
export class KeyedInstallation {
  readonly folder = mkdtempSync(join(tmpdir(), 'duovir-keys-'));
  readonly state: StateDirectory = stateDirectory(join(this.folder, '.duovir'));
  readonly starts: Record<Name, number> = { server: 0, witness: 0 };
  readonly #wanted = new Set<Name>();
  readonly #running = new Map<Name, ChildProcess>();
  readonly #ready = new Set<Name>();
  #said = '';

  static async make(databaseUrl: string): Promise<KeyedInstallation> {
    const installation = new KeyedInstallation();
    await installation.run(['init'], { DATABASE_URL: databaseUrl });
    writeFileSync(join(installation.state.root, 'server.json'), '{"port": 0}');
    return installation;
  }

  async up(): Promise<void> {
    for (const name of ['witness', 'server'] as const) {
      this.#wanted.add(name);
      this.#start(name);
    }
    await this.ready();
  }

  async ready(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (this.#ready.size < ENTRY_POINTS_COUNT) {
      if (performance.now() > deadline) throw new Error(`not ready in time: ${this.#said.slice(-2000)}`);
      await sleep(20);
    }
  }

  /** kill -9; it is started again at once. */
  async kill(name: Name): Promise<void> {
    const child = this.#running.get(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async down(): Promise<void> {
    this.#wanted.clear();
    for (const name of ['server', 'witness'] as const) await this.kill(name);
  }

  async close(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get trusted(): TrustedPolicy {
    return openTrustPolicy(readFileSync(this.state.trustPolicy, 'utf8'), loadPublicKey(this.state.officer));
  }

  get policy(): TrustPolicy {
    return this.trusted.policy;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs `duovir …`, and returns what it wrote and how it ended. */
  async run(
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly said: string; readonly code: number | null }> {
    const child = this.begin(words, environment);
    let said = '';
    child.stdout?.on('data', (piece: Buffer) => (said += piece.toString()));
    child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { said, code };
  }

  begin(words: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn(process.execPath, [DUOVIR, '--state', this.state.root, ...words], {
      env: { PATH: process.env['PATH'] ?? '', DUOVIR_URL: this.#url(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The next policy, signed: with what `edits` are to do to a draft. */
  async sign(name: string, ...edits: readonly (readonly string[])[]): Promise<string> {
    const [draft, out] = [this.path(`${name}.yaml`), this.path(`${name}.json`)];
    for (const edit of edits) await this.expect(['trust', ...edit, '--draft', draft]);
    await this.expect(['trust', 'sign', draft, '--out', out, '--force-warnings']);
    return out;
  }

  async expect(words: readonly string[]): Promise<string> {
    const { said, code } = await this.run(words);
    if (code !== 0)
      throw new Error(`duovir ${words.join(' ')} ended with ${code}: ${said}\n${this.#said.slice(-3000)}`);
    return said;
  }

  #url(): string {
    const file = join(this.state.socketFolder('server'), 'address.json');
    if (!existsSync(file)) return 'http://127.0.0.1:1';
    return (JSON.parse(readFileSync(file, 'utf8')) as { url: string }).url;
  }

  #start(name: Name): void {
    this.starts[name] += 1;
    const child = spawn(process.execPath, [ENTRY_POINTS[name], this.state.root], {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#running.set(name, child);
    child.stdout.on('data', (piece: Buffer) => {
      if (piece.toString().includes('ready\n')) this.#ready.add(name);
    });
    child.stderr.on('data', (piece: Buffer) => (this.#said += `${name}: ${piece.toString()}`));
    child.once('exit', (code, signal) => {
      this.#said += `${name} ended ${signal ?? code}\n`;
      this.#ready.delete(name);
      // As the supervisor does, without its pauses.
      if (this.#wanted.has(name)) setTimeout(() => this.#wanted.has(name) && this.#start(name), 50);
    });
  }
}

const ENTRY_POINTS_COUNT = Object.keys(ENTRY_POINTS).length;
