import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import * as z from 'zod';
import {
  loadPublicKey,
  loadSigner,
  OFFICER,
  openTrustPolicy,
  placeTrustPolicy,
  serveUnix,
  signTrustPolicy,
  stateDirectory,
  UnixClient,
  type StateDirectory,
} from '@duovir/principal';
import { sandboxHandleSchema, type Role, type RunEvent, type TrustPolicy } from '@duovir/protocol';
import { createClient, type Client } from '@duovir/sdk';
import { freshDatabase } from '@duovir/server/fresh-database';

const DUOVIR = fileURLToPath(new URL('../../packages/cli/bin/duovir.js', import.meta.url));
const AGENTS: readonly Role[] = ['planner', 'reviewer', 'healer'];
const programs = {
  agent: fileURLToPath(import.meta.resolve('@duovir/agents/process')),
  witness: fileURLToPath(import.meta.resolve('@duovir/ledger/witness-process')),
  runner: fileURLToPath(import.meta.resolve('@duovir/runner/runner-process')),
  attestor: fileURLToPath(import.meta.resolve('@duovir/runner/attestor-process')),
  server: fileURLToPath(import.meta.resolve('@duovir/server/process')),
} as const;

type LedgerEntry = Awaited<ReturnType<Client['ledgerEntry']>>;
type App = Parameters<typeof serveUnix>[0];

export interface Housing {
  /** The policy that the officer signs, in place of that of `duovir init`. */
  readonly change?: (policy: TrustPolicy, state: StateDirectory) => TrustPolicy;
  /** Who is no process of ours but in the hands of an attacker: each has its key and its socket, and nothing else. */
  readonly cheats?: (state: StateDirectory, policy: TrustPolicy) => Readonly<Record<string, App>>;
}

/**
 * A whole installation: database, ledger, witness, server, runner, attestor and agents, each a process of its own, and in
 * the places of some agents whoever attacks. They are not in cells: what an attacker reaches beyond his socket is tried there.
 */
export class House {
  readonly state: StateDirectory;
  readonly policy: TrustPolicy;
  readonly url: string;
  readonly #children: readonly ChildProcess[];
  readonly #cheats: readonly { close(): Promise<void> }[];
  readonly #runner: UnixClient;

  private constructor(
    place: Pick<House, 'state' | 'policy' | 'url'>,
    children: readonly ChildProcess[],
    cheats: readonly { close(): Promise<void> }[],
  ) {
    this.state = place.state;
    this.policy = place.policy;
    this.url = place.url;
    this.#children = children;
    this.#cheats = cheats;
    this.#runner = new UnixClient(place.state.socket('runner'));
  }

  static async open({ change = (policy) => policy, cheats = () => ({}) }: Housing = {}): Promise<House> {
    const state = stateDirectory(join(mkdtempSync(join(tmpdir(), 'duovir-attack-')), 'state'));
    const database = await freshDatabase(inject('postgres'));
    await duovir(state, ['init'], { DATABASE_URL: database });
    const { policy: initial } = openTrustPolicy(readFileSync(state.trustPolicy, 'utf8'), loadPublicKey(state.officer));
    const policy = change(initial, state);
    const signed = await signTrustPolicy(loadSigner(state.officer, OFFICER), policy);
    placeTrustPolicy(state.trustPolicy, policy.version, signed);

    writeFileSync(join(state.root, 'server.json'), JSON.stringify({ host: '127.0.0.1', port: 0 }));

    const children: ChildProcess[] = [];
    const start = async (program: keyof typeof programs, ...parameters: string[]): Promise<void> => {
      const child = spawn(process.execPath, [programs[program], ...parameters, state.root], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      children.push(child);
      await once(child.stdout, 'data');
    };
    const taken = cheats(state, policy);
    const served = await Promise.all(Object.entries(taken).map(([name, app]) => serveUnix(app, state.socket(name))));
    const agents = policy.principals.filter(({ role, name }) => AGENTS.includes(role) && !Object.hasOwn(taken, name));
    await Promise.all([
      start('witness'),
      start('runner'),
      start('attestor'),
      ...agents.map(({ name }) => start('agent', name)),
    ]);
    await start('server');
    return new House({ state, policy, url: addressOf(state) }, children, served);
  }

  token(person: string): string {
    return readFileSync(join(this.state.person(person), 'token'), 'utf8').trim();
  }

  client(person = 'operator'): Client {
    return createClient({ url: this.url, token: this.token(person) });
  }

  duovir(...parameters: string[]): Promise<string> {
    return duovir(this.state, parameters);
  }

  /** Events of a run until `last`. */
  async events(run: string, last: RunEvent['type'] = 'run-end'): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    for await (const event of this.client().events(run)) {
      events.push(event);
      if (event.type === last || event.type === 'run-end') break;
    }
    return events;
  }

  async entries(run: string): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    for await (const entry of this.client().ledgerEntries()) if (entry.run === run) entries.push(entry);
    return entries;
  }

  /** Whether the runner has a sandbox for this run. Whatever was executed has one. */
  async hasSandbox(run: string): Promise<boolean> {
    try {
      await this.#runner.call({ path: `/v1/sandboxes/${run}` }, sandboxHandleSchema);
      return true;
    } catch (error) {
      if (String(error).includes('sandbox-absent')) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#runner.close();
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(this.#children.map(hasEnded));
    await Promise.all(this.#cheats.map((cheat) => cheat.close()));
    rmSync(join(this.state.root, '..'), { recursive: true, force: true });
  }
}

/** Where the server says it listens. */
function addressOf(state: StateDirectory): string {
  const file = join(state.socketFolder('server'), 'address.json');
  return z.object({ url: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).url;
}

async function duovir(
  state: StateDirectory,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [DUOVIR, '--state', state.root, ...parameters], {
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

async function hasEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
