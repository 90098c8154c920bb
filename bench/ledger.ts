import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  formatVkey,
  logNoteSigner,
  migrate,
  PostgresLog,
  Publisher,
  WitnessClient,
  type PublisherOptions,
} from '@duovir/ledger';
import {
  createKey,
  loadPublicKey,
  loadSigner,
  placeTrustPolicy,
  signTrustPolicy,
  stateDirectory,
} from '@duovir/principal';
import {
  digestOf,
  envelopeBytes,
  parseEnvelope,
  signStatement,
  type Principal,
  type Signer,
  withoutLogin,
  withoutModels,
} from '@duovir/protocol';
import { startPostgres } from '@duovir/server/postgres';
import pg from 'pg';
import type { Figure } from './figure.ts';

const ORIGIN = 'duovir.local/bench';
const WRITERS = 256;
const WARM_UP_MS = 1500;
const MEASURED_MS = 6000;
const PERMITS = 400;
/** What is durable is published within this time, however fast it came. */
const PUBLICATION_LAG_MS = 5000;
const BARE_BATCHES = 120;
const TIME = '2026-01-01T00:00:00.000Z';
const RUN = 'run-aaaaaaaaaaaaaaaaaaaa';

/** Appends through the real log: PostgreSQL and the witness are processes of their own, every flush is waited for. */
export async function benchLedger(): Promise<readonly Figure[]> {
  const root = mkdtempSync(join(tmpdir(), 'duovir-bench-ledger-'));
  const postgres = await startPostgres({ directory: join(root, 'database'), onLog: () => {} });
  const installation = await install(root);
  const witness = await startWitness(root);
  const pool = new pg.Pool({ connectionString: postgres.url });
  try {
    await migrate(pool);
    const client = new WitnessClient(stateDirectory(root).socket('witness'), installation.witnessVkey);
    const log = await PostgresLog.open({
      connectionString: postgres.url,
      signer: logNoteSigner({ name: ORIGIN, ...installation.server }),
      witnesses: [client],
      quorum: 1,
    });
    // As in a server: whoever appends does so beside it.
    const publisher = Publisher.start({ log, folder: join(root, 'published'), keys: installation.keys, fault: fail });
    const permits = await measurePermits(log, installation.server.signer);
    const writes = await measureWriters(log, installation.server.signer);
    const lag = await measureLag(log, publisher);
    await publisher.close();
    await log.close();
    client.close();
    const bare = await measureBareRows(pool, await body(installation.server.signer, 0));
    return figures(writes, permits, lag, bare);
  } finally {
    await pool.end();
    await witness.stop();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

interface Writes {
  readonly perSecond: number;
  readonly latencies: readonly number[];
}

function fail(error: unknown): never {
  throw new Error('the log could not be published', { cause: error });
}

function figures(
  { perSecond, latencies }: Writes,
  permits: readonly number[],
  lag: number,
  bareRows: number,
): Figure[] {
  const p99 = quantile(latencies, 0.99);
  const p50 = quantile(permits, 0.5);
  const alone = { comparedWith: null, ratio: null };
  return [
    {
      name: 'ledger.signed-entries',
      value: perSecond,
      unit: 'entries/s',
      comparedWith: `unsigned rows in batches of ${WRITERS}: ${bareRows.toFixed(0)}/s`,
      ratio: perSecond / bareRows,
      bar: '>= 5000',
      ok: perSecond >= 5000,
    },
    { name: 'ledger.append-p99', value: p99, unit: 'ms', ...alone, bar: '<= 150', ok: p99 <= 150 },
    { name: 'ledger.permit-to-proof-p50', value: p50, unit: 'ms', ...alone, bar: '<= 5', ok: p50 <= 5 },
    {
      name: 'ledger.publication-lag',
      value: lag,
      unit: 'ms',
      ...alone,
      bar: `<= ${PUBLICATION_LAG_MS}`,
      ok: lag <= PUBLICATION_LAG_MS,
    },
  ];
}

/** Each writer signs its next entry once the last one is durable. */
async function measureWriters(log: PostgresLog, signer: Signer): Promise<Writes> {
  const latencies: number[] = [];
  const begin = performance.now() + WARM_UP_MS;
  const end = begin + MEASURED_MS;
  let next = 0;
  const write = async (): Promise<void> => {
    for (let started = performance.now(); started < end; started = performance.now()) {
      const number = next++;
      await log.append([{ key: `entry-${number}`, run: RUN, kind: 'receipt', body: await body(signer, number) }]);
      const now = performance.now();
      if (started >= begin && now <= end) latencies.push(now - started);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return { perSecond: (latencies.length * 1000) / MEASURED_MS, latencies };
}

/** From the last append until everything is in the published folder. */
async function measureLag(log: PostgresLog, publisher: Publisher): Promise<number> {
  const started = performance.now();
  const { size } = await log.cosignedCheckpoint();
  while (publisher.status().size < size) await new Promise((resolve) => setTimeout(resolve, 5));
  return performance.now() - started;
}

/** One permit after the other: from handing in the entry to holding its proof under a cosigned checkpoint. */
async function measurePermits(log: PostgresLog, signer: Signer): Promise<number[]> {
  const latencies: number[] = [];
  const begin = performance.now() + WARM_UP_MS;
  for (let number = 0; latencies.length < PERMITS; number += 1) {
    const entry = { key: `permit-${number}`, run: RUN, kind: 'receipt', body: await body(signer, number) };
    const started = performance.now();
    const { indexes } = await log.append([entry]);
    await log.prove(indexes[0] ?? 0);
    if (started >= begin) latencies.push(performance.now() - started);
  }
  return latencies;
}

/** What the same disk and database do with the bytes alone. */
async function measureBareRows(pool: pg.Pool, bytes: Buffer): Promise<number> {
  await pool.query('create table bare (id bigserial primary key, body bytea not null)');
  const batch = Array.from({ length: WRITERS }, () => bytes);
  const started = performance.now();
  for (let count = 0; count < BARE_BATCHES; count += 1)
    await pool.query('insert into bare (body) select * from unnest($1::bytea[])', [batch]);
  return (BARE_BATCHES * WRITERS * 1000) / (performance.now() - started);
}

async function body(signer: Signer, number: number): Promise<Buffer> {
  const envelope = await signStatement(signer, {
    kind: 'receipt',
    run: RUN,
    time: TIME,
    subject: digestOf(number),
    predicate: {
      permit: `permit-${number}`,
      step: 'start',
      purpose: 'apply',
      attempt: 1,
      fence: 1,
      outcome: 'succeeded',
      cause: 'exit',
      exit: 0,
      stdout: digestOf('out'),
      stderr: digestOf('err'),
      startedAt: TIME,
      endedAt: TIME,
    },
  });
  return envelopeBytes(envelope);
}

interface Installation {
  readonly server: { readonly publicKey: Buffer; readonly signer: Signer };
  readonly witnessVkey: string;
  readonly keys: PublisherOptions['keys'];
}

/** As much of an installation as log and witness need. */
async function install(root: string): Promise<Installation> {
  const state = stateDirectory(root);
  for (const folder of [state.sockets, state.trust]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  createKey(state.officer);
  const enrol = (name: 'server' | 'witness'): Principal => {
    const { publicKey } = createKey(state.principal(name));
    return { name, role: name, publicKey, group: name };
  };
  const server = enrol('server');
  const witness = enrol('witness');
  copyFileSync(join(state.officer, 'public.pem'), join(state.principal('witness'), 'officer.pem'));
  const raw = ({ publicKey }: Principal): Buffer => Buffer.from(publicKey, 'base64');
  const witnessVkey = formatVkey(`${ORIGIN}/witness`, 'witness', raw(witness));
  const nobody = { reviewers: 0, approvals: 0, groups: 0, people: 0, cardholderPeople: 0 };
  const limits = { reviewSeconds: 1, peopleTimeoutSeconds: 1, permitSeconds: 1 };
  const rule = { ...nobody, ...limits, adversary: false, veto: 'critical' } as const;
  const signed = await signTrustPolicy(loadSigner(state.officer, 'officer'), {
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Bench',
    version: 1,
    issuedAt: TIME,
    log: { origin: ORIGIN, vkey: formatVkey(ORIGIN, 'log', raw(server)) },
    witnesses: { quorum: 1, vkeys: [witnessVkey] },
    principals: [server, witness],
    quorum: { R0: rule, R1: rule, R2: rule, R3: rule },
    envelopes: [],
    heals: { perStep: 0, perRun: 0 },
    ...withoutLogin,
    ...withoutModels,
  });
  placeTrustPolicy(state.trustPolicy, 1, signed);
  return {
    server: { publicKey: raw(server), signer: loadSigner(state.principal('server'), 'server') },
    witnessVkey,
    keys: async () => ({
      officer: loadPublicKey(state.officer),
      trustPolicies: [parseEnvelope(Buffer.from(signed))],
      restores: [],
    }),
  };
}

async function startWitness(root: string): Promise<{ stop(): Promise<void> }> {
  const file = fileURLToPath(import.meta.resolve('@duovir/ledger/witness-process'));
  const child = spawn(process.execPath, [file, root], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) if (line === 'ready') break;
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.POSITIVE_INFINITY;
}
