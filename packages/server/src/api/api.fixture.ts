import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWitness, formatVkey, witnessNoteSigner } from '@duovir/ledger';
import {
  createKey,
  loadPinnedOfficer,
  loadSigner,
  OFFICER,
  placeTrustPolicy,
  serveUnix,
  signTrustPolicy,
  stateDirectory,
  UnixClient,
  type StateDirectory,
} from '@duovir/principal';
import {
  trustPolicySchema,
  type Principal,
  type QuorumRule,
  type Role,
  type Signer,
  type TrustPolicy,
  withoutLogin,
  withoutModels,
} from '@duovir/protocol';
import { AccessGate } from '../access/access-gate.ts';
import { AccessRefusals } from '../audit/access-refusals.ts';
import { AuditReads } from '../audit/audit-reads.ts';
import { everyScope } from '../access/caller.ts';
import { Shredder } from '../blob/shredder.ts';
import { TokenTable } from '../access/token-table.ts';
import { Tokens } from '../access/tokens.ts';
import { Runner, runnerApp, runnerFiles } from '@duovir/runner';
import { serverScrubber } from '../egress/scrubber.ts';
import { EventStream } from '../feed/event-stream.ts';
import { openGateway, type OpenGateway } from '../gateway/open-gateway.ts';
import { openLog } from '../ledger/open-log.ts';
import { ServerLedger } from '../ledger/server-ledger.ts';
import { listenOn } from '../listen.ts';
import { runnerStops, type RunnerStops } from '../principals/runner-stops.ts';
import { LoginDesk } from '../login/login-desk.ts';
import { systemClock, systemRandom } from '../random.ts';
import type { Database } from '../store/database.ts';
import { openStore } from '../store/store.ts';
import { Changeover } from '../trust/changeover.ts';
import { LastWord } from '../trust/last-word.ts';
import { ServerTrust } from '../trust/server-trust.ts';
import { settleTrust } from '../trust/settle-trust.ts';
import { TrustOffice } from '../trust/trust-office.ts';
import { WhyIndex } from '../why/why-index.ts';
import { createApp } from './app.ts';
import type { Api } from './ports.ts';

/** Ann, Bob and Cara are of one tenant, Dan is of another, and Eve has a token but is not enrolled. */
export const people = ['ann', 'bob', 'cara', 'dan', 'eve'] as const;
export type Person = (typeof people)[number];

const enrolled: Readonly<Record<Exclude<Person, 'eve'>, Pick<Principal, 'roles' | 'team' | 'subject'>>> = {
  ann: { roles: ['operator', 'approver'], subject: 'subject-of-ann' },
  bob: { roles: ['operator', 'approver', 'administrator'], subject: 'subject-of-bob' },
  cara: { roles: ['approver', 'administrator', 'auditor'] },
  dan: { roles: ['operator'], team: 'payments' },
};

/** The whole API on TCP with real PostgreSQL, a real ledger and a real witness; what it tells the engine is recorded. */
export interface TestApi {
  readonly api: Api;
  readonly gateway: OpenGateway;
  readonly url: string;
  readonly state: StateDirectory;
  readonly submitted: string[];
  readonly woken: { readonly run: string; readonly motion: string }[];
  readonly asked: string[];
  readonly halted: string[];
  /** Runs that were told that everything goes on. */
  readonly goingOn: string[];
  /** Processes that were told to end, for successors with new keys. */
  readonly ended: readonly string[];
  token(person: Person): string;
  signer(name: string): Signer;
  /** Asks as Ann unless told otherwise. */
  ask(path: string, options?: RequestInit & { readonly as?: Person }): Promise<Response>;
  close(): Promise<void>;
}

const processes: readonly { readonly name: string; readonly role: Role; readonly mandate?: string }[] = [
  { name: 'server', role: 'server' },
  { name: 'planner', role: 'planner' },
  { name: 'reviewer-security', role: 'reviewer', mandate: 'security' },
  { name: 'healer', role: 'healer' },
  { name: 'runner', role: 'runner' },
  { name: 'attestor', role: 'attestor' },
  { name: 'witness', role: 'witness' },
];
const rule: QuorumRule = {
  reviewers: 1,
  approvals: 1,
  groups: 1,
  adversary: false,
  veto: 'critical',
  reviewSeconds: 60,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: 3600,
  permitSeconds: 900,
};
const ORIGIN = 'test.example/log';
const WITNESS = 'test.example/witness';

/** What of the trust policy a test is about, and who thinks with which model. */
export interface Models extends Partial<Pick<TrustPolicy, 'egress' | 'budget' | 'login' | 'requests' | 'breakGlass'>> {
  readonly brains?: Readonly<Record<string, Pick<Principal, 'brain' | 'group'>>>;
}

/** A state directory with keys and a signed trust policy, as `duovir init` makes it. */
export async function makeState(models: Models = {}): Promise<StateDirectory> {
  const state = stateDirectory(mkdtempSync(join(tmpdir(), 'duovir-state-')));
  for (const folder of [state.sockets, state.log, state.trust]) mkdirSync(folder, { mode: 0o700 });
  createKey(state.officer);
  const enrol = (name: string, folder: string, role: Role, mandate?: string): Principal => {
    const { publicKey } = createKey(folder);
    writeFileSync(join(folder, 'officer.pem'), readFileSync(join(state.officer, 'public.pem')));
    return { name, role, publicKey, group: name, ...(mandate === undefined ? {} : { mandate }) };
  };
  const principals = [
    ...processes.map(({ name, role, mandate }) => enrol(name, state.principal(name), role, mandate)),
    ...Object.entries(enrolled).map(([name, facts]) => ({ ...enrol(name, state.person(name), 'person'), ...facts })),
  ];
  createKey(state.person('eve'));
  const policy = policyOf(principals, models);
  placeTrustPolicy(
    state.trustPolicy,
    policy.version,
    await signTrustPolicy(loadSigner(state.officer, OFFICER), policy),
  );
  return state;
}

function policyOf(principals: readonly Principal[], { brains = {}, ...models }: Models): TrustPolicy {
  const key = (name: string): Buffer =>
    Buffer.from(principals.find((principal) => principal.name === name)?.publicKey ?? '', 'base64');
  return trustPolicySchema.parse({
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Test',
    version: 1,
    issuedAt: '2026-01-01T00:00:00.000Z',
    log: { origin: ORIGIN, vkey: formatVkey(ORIGIN, 'log', key('server')) },
    witnesses: { quorum: 1, vkeys: [formatVkey(WITNESS, 'witness', key('witness'))] },
    principals: principals.map((principal) => ({ ...principal, ...brains[principal.name] })),
    quorum: { R0: rule, R1: rule, R2: rule, R3: { ...rule, people: 1, cardholderPeople: 2 } },
    ...withoutLogin,
    // What a request without a signature is refused for has tests of its own.
    requests: { signedFrom: 'R1' },
    envelopes: [],
    heals: { perStep: 2, perRun: 5 },
    ...withoutModels,
    ...models,
  });
}

/** A real witness on its socket. */
export async function startWitness(state: StateDirectory): Promise<{ close(): Promise<void> }> {
  const { policy } = ServerTrust.load(state, loadSigner(state.principal('server'), 'server')).current();
  const publicKey = policy.principals.find(({ role }) => role === 'witness')?.publicKey ?? '';
  const witness = createWitness({
    signer: witnessNoteSigner({
      name: WITNESS,
      publicKey: Buffer.from(publicKey, 'base64'),
      signer: loadSigner(state.principal('witness'), 'witness'),
    }),
    stateFolder: join(state.principal('witness'), 'seen'),
    logs: [policy.log.vkey],
    officer: loadPinnedOfficer(state.principal('server')),
  });
  return serveUnix(witness, state.socket('witness'));
}

/** A real runner on its socket: nothing is sent to it but what people stop. */
async function startRunner(state: StateDirectory): Promise<{ readonly stops: RunnerStops; close(): Promise<void> }> {
  const signer = loadSigner(state.principal('runner'), 'runner');
  const runner = await Runner.open({ files: runnerFiles(state), signer });
  const socket = await serveUnix(runnerApp(runner), state.socket('runner'));
  const client = new UnixClient(state.socket('runner'));
  return {
    stops: runnerStops(client),
    close: async () => {
      client.close();
      await socket.close();
      await runner.close();
    },
  };
}

export async function startApi(databaseUrl: string, models: Models = {}): Promise<TestApi> {
  const state = await makeState(models);
  const witness = await startWitness(state);
  const runner = await startRunner(state);
  const signer = loadSigner(state.principal('server'), 'server');
  const trust = ServerTrust.load(state, signer);
  const store = await openStore(databaseUrl, systemClock, systemRandom);
  const opened = await openLog(state, databaseUrl, trust.current().policy, signer);
  const gate = new AccessGate({ ...store, trust, clock: systemClock });
  const stream = new EventStream(store.feed, (after, limit, run) => store.events.read(after, limit, run));
  const tokens = new Map(people.map((person) => [person, tokenOf(person)]));
  for (const [person, text] of tokens) await keepToken(store.database, person, text);
  const submitted: string[] = [];
  const woken: { run: string; motion: string }[] = [];
  const asked: string[] = [];
  const halted: string[] = [];
  const goingOn: string[] = [];
  const ended: string[] = [];
  const ending = new AbortController();
  const ledger = new LastWord(new ServerLedger(opened.log));
  const common = { trust, signer, clock: systemClock, random: systemRandom, ledger };
  const gateway = await openGateway({
    ...common,
    store,
    databaseUrl,
    environment: {},
    own: [],
    scrubber: serverScrubber([]),
    socket: state.socket('gateway'),
  });
  await settleTrust(state, { ...store, ...common });
  const wake = async (run: string, motion: string): Promise<void> => void woken.push({ run, motion });
  const api: Api = {
    ...store,
    ...common,
    log: opened.log,
    whyIndex: new WhyIndex({ ...store, log: opened.log }),
    budget: gateway.budget,
    stream,
    gate,
    auditReads: new AuditReads(common),
    refusals: new AccessRefusals(common),
    shredder: new Shredder({
      ...store,
      ...common,
      log: opened.log,
      // No engine, no journal: runs are settled by hand.
      journal: { isOver: async () => true, forget: async () => undefined },
    }),
    trustOffice: new TrustOffice({
      ...store,
      ...common,
      wake,
      changeover: new Changeover({ state, name: 'server', ledger, end: () => void ended.push('server') }),
    }),
    login: new LoginDesk({ ...store, ...common }, { keyCooldownMs: 0 }),
    tokens: new Tokens({ ...store, ...common }),
    hosts: [],
    health: async () => ({ status: 'ready', version: 'test', parts: {}, published: { size: 0, behind: 0 } }),
    submit: async (run) => void submitted.push(run),
    wake,
    wakeAsking: async (run) => void asked.push(run),
    halt: async (run) => void halted.push(run),
    runnerStops: runner.stops,
    wakeStopped: async (run) => void goingOn.push(run),
    ending: ending.signal,
  };
  const listening = await listenOn(createApp(api), { host: '127.0.0.1', port: 0 });
  const token = (person: Person): string => tokens.get(person) ?? '';
  return {
    api,
    gateway,
    url: listening.url,
    state,
    submitted,
    woken,
    asked,
    halted,
    goingOn,
    ended,
    token,
    signer: (name) =>
      loadSigner(people.some((person) => person === name) ? state.person(name) : state.principal(name), name),
    ask: (path, { as = 'ann', headers, ...options } = {}) =>
      fetch(listening.url + path, {
        ...options,
        headers: { authorization: `Bearer ${token(as)}`, ...(headers as Record<string, string>) },
      }),
    close: async () => {
      ending.abort();
      stream.close();
      await listening.close();
      await gateway.close();
      await api.refusals.close();
      await opened.close();
      await store.close();
      await witness.close();
      await runner.close();
      rmSync(state.root, { recursive: true, force: true });
    },
  };
}

/** Not a secret: the same in every test. */
function tokenOf(person: Person): string {
  return ['duovir', `initial-${person}`, hash('sha256', person, 'base64url')].join('_');
}

/** As the server takes over what `duovir init` wrote, without the entries that this makes in the ledger. */
function keepToken(database: Database, person: Person, text: string): Promise<void> {
  const issuedAt = systemClock.now();
  const expiresAt = new Date(issuedAt.getTime() + 86_400_000);
  return new TokenTable(database).add({
    id: `initial-${person}`,
    person,
    issuer: person,
    scopes: [...everyScope],
    issuedAt: issuedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: null,
    revokedAt: null,
    hash: hash('sha256', text, 'hex'),
  });
}
