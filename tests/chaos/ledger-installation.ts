import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { formatVkey, migrate, verifyLog, type Verification } from '@duovir/ledger';
import {
  createKey,
  loadPublicKey,
  loadSigner,
  loadTrustPolicy,
  placeTrustPolicy,
  signTrustPolicy,
  stateDirectory,
  type StateDirectory,
} from '@duovir/principal';
import { withoutLogin, withoutModels, type Principal, type TrustPolicy } from '@duovir/protocol';
import { startPostgres, type Postgres } from '@duovir/server/postgres';
import pg from 'pg';
import { logKeyFolder, STAGED } from './ledger-place.ts';

const ORIGIN = 'duovir.local/chaos';
const TIME = '2026-01-01T00:00:00.000Z';
const WRITER = fileURLToPath(new URL('ledger-process.ts', import.meta.url));
const WITNESS = fileURLToPath(import.meta.resolve('@duovir/ledger/witness-process'));

/** Until then everything that is appended is published too, however slow the machine. */
const LAST_EXPORT = 3;

/** What the writing process says: the first word of each line. */
export type Word = 'opened' | 'rotating' | 'publishing' | 'acknowledged' | 'exporting';

export interface Writer {
  readonly child: ChildProcess;
  /** Resolves when it has said the word so many times, has nothing else left to say, or has ended. */
  said(word: Word, times: number): Promise<void>;
}

/** A ledger whose every part is a process that can be killed: the one that writes, its database, its witness. */
export class LedgerInstallation {
  readonly #state: StateDirectory;
  /** Index of each entry whose appending was confirmed, by key. */
  readonly acknowledged = new Map<string, number>();
  #postgres: Postgres;
  #witness: ChildProcess;
  #version = 1;
  #writer: ChildProcess | undefined;

  private constructor(state: StateDirectory, postgres: Postgres, witness: ChildProcess) {
    this.#state = state;
    this.#postgres = postgres;
    this.#witness = witness;
  }

  static async start(): Promise<LedgerInstallation> {
    const state = stateDirectory(mkdtempSync(join(tmpdir(), 'duovir-chaos-ledger-')));
    await establish(state);
    const postgres = await startDatabase(state);
    const pool = new pg.Pool({ connectionString: postgres.url });
    await migrate(pool);
    await pool.end();
    return new LedgerInstallation(state, postgres, await startWitness(state));
  }

  write(round: number): Writer {
    const { root } = this.#state;
    const child = spawn(process.execPath, [WRITER, root, this.#postgres.url, `round-${round}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#writer = child;
    const counts = new Map<string, number>();
    const waiting = new Set<() => void>();
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const [word = '', key = '', index = ''] = line.split(' ');
      counts.set(word, (counts.get(word) ?? 0) + 1);
      if (word === 'acknowledged') this.acknowledged.set(key, Number(index));
      for (const look of waiting) look();
    });
    const ended = once(lines, 'close');
    return {
      child,
      said: async (word, times) => {
        await Promise.race([
          ended,
          new Promise<void>((resolve) => {
            const isOver = (): boolean => (counts.get('exporting') ?? 0) > LAST_EXPORT;
            const look = (): void => void (((counts.get(word) ?? 0) >= times || isOver()) && resolve());
            waiting.add(look);
            look();
          }),
        ]);
      },
    };
  }

  async kill({ child }: Writer): Promise<void> {
    await killed(child);
    // What it said before it died is in the pipe.
    if (child.stdout && !child.stdout.closed) await once(child.stdout, 'close');
  }

  async killWitness(): Promise<void> {
    await killed(this.#witness);
  }

  async killDatabase(): Promise<void> {
    process.kill(this.#postgres.pid, 'SIGKILL');
    await this.#postgres.exited;
  }

  /** Starts again what was killed. */
  async mend(): Promise<void> {
    if (this.#witness.signalCode !== null) this.#witness = await startWitness(this.#state);
    if (!isRunning(this.#postgres.pid)) this.#postgres = await startDatabase(this.#state);
  }

  /** A policy with a new key for the log waits for the next start. */
  async stageRotation(): Promise<void> {
    const officer = loadPublicKey(this.#state.officer);
    const { policy, digest } = loadTrustPolicy(this.#state.trustPolicy, officer);
    // What waits already comes in force first.
    if (policy.version < this.#version) return;
    this.#version = policy.version + 1;
    const { publicKey } = createKey(logKeyFolder(this.#state.root, this.#version));
    const signed = await signTrustPolicy(loadSigner(this.#state.officer, 'officer'), {
      ...policy,
      version: this.#version,
      supersedes: { digest, decidedUntil: TIME },
      log: { origin: ORIGIN, vkey: formatVkey(ORIGIN, 'log', Buffer.from(publicKey, 'base64')) },
    });
    const staged = join(this.#state.root, STAGED);
    writeFileSync(`${staged}.new`, `${signed}\n`);
    renameSync(`${staged}.new`, staged);
  }

  /** Keys by index, after checking that no index is missing and every acknowledged entry is where it was said to be. */
  async assertNothingLost(): Promise<number> {
    const client = new pg.Client({ connectionString: this.#postgres.url });
    await client.connect();
    const { rows } = await client.query<{ idx: string; key: string }>('select idx, key from ledger_entry order by idx');
    await client.end();
    const gap = rows.findIndex(({ idx }, at) => Number(idx) !== at);
    if (gap >= 0) throw new Error(`entry ${gap} is missing`);
    for (const [key, index] of this.acknowledged)
      if (rows[index]?.key !== key) throw new Error(`${key} was acknowledged as entry ${index} and is not there`);
    return rows.length;
  }

  /** As a reader finds it now: the published folder, or the exported one. Undefined where nothing was published yet. */
  async verify(which: 'published' | 'exported', signatures: boolean): Promise<Verification | undefined> {
    const folder = which === 'published' ? this.#state.published : join(this.#state.root, 'exported');
    if (!existsSync(join(folder, 'checkpoint'))) return undefined;
    return verifyLog(folder, { officer: loadPublicKey(this.#state.officer), signatures });
  }

  async close(): Promise<void> {
    if (this.#writer) await killed(this.#writer);
    await killed(this.#witness);
    await this.#postgres.stop();
    rmSync(this.#state.root, { recursive: true, force: true });
  }
}

async function establish(state: StateDirectory): Promise<void> {
  for (const folder of [state.sockets, state.trust]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  createKey(state.officer);
  const enrol = (name: 'server' | 'witness'): Principal => {
    const { publicKey } = createKey(state.principal(name));
    copyFileSync(join(state.officer, 'public.pem'), join(state.principal(name), 'officer.pem'));
    return { name, role: name, publicKey, group: name };
  };
  const [server, witness] = [enrol('server'), enrol('witness')];
  const logKey = createKey(logKeyFolder(state.root, 1));
  const vkey = (name: string, purpose: 'log' | 'witness', key: string): string =>
    formatVkey(name, purpose, Buffer.from(key, 'base64'));
  const policy: TrustPolicy = {
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Chaos',
    version: 1,
    issuedAt: TIME,
    log: { origin: ORIGIN, vkey: vkey(ORIGIN, 'log', logKey.publicKey) },
    witnesses: { quorum: 1, vkeys: [vkey(`${ORIGIN}/witness`, 'witness', witness.publicKey)] },
    principals: [server, witness],
    quorum: {},
    envelopes: [],
    heals: { perStep: 0, perRun: 0 },
    ...withoutLogin,
    ...withoutModels,
  };
  placeTrustPolicy(state.trustPolicy, 1, await signTrustPolicy(loadSigner(state.officer, 'officer'), policy));
}

function startDatabase(state: StateDirectory): Promise<Postgres> {
  return startPostgres({ directory: state.postgres, onLog: () => undefined, settings: { shared_buffers: '16MB' } });
}

async function startWitness(state: StateDirectory): Promise<ChildProcess> {
  const child = spawn(process.execPath, [WITNESS, state.root], { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) if (line === 'ready') return child;
  throw new Error('the witness did not start');
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
