import { sealBlob } from '@duovir/ledger';
import {
  canonicalJson,
  digestOfBytes,
  envelopeBytes,
  envelopeDigest,
  parseEnvelope,
  planDigest,
  pointerOf,
  whyAnswerSchema,
  type Digest,
  type Plan,
} from '@duovir/protocol';
import * as z from 'zod';
import { startApi } from '../api/api.fixture.ts';
import { newRunId } from '../api/run-id.ts';
import { insertRows, rowsOf } from '../store/attested-rows.ts';
import type { AttestedStep } from './derive-run.ts';
import { valuesOfStep } from './extract/step-values.ts';
import { ValueSeal } from './sealed-value.ts';
import { ToldRun } from './told-run.fixture.ts';

/**
 * One server with a ledger of many entries, told over its channel by its parent how often to ask. Every run is a copy of one that
 * was told in full, with entries, plan, motion and index of its own; the copies are not signed anew, since a server does not look
 * at signatures again when it answers.
 */
const commandSchema = z.strictObject({ entries: z.int(), questions: z.int() });

const RUNS_AT_ONCE = 200;
/** So many different files are written over and over; one port is everybody's. */
const FILES = 5000;
const TIME = '2026-01-01T00:00:00.000Z';

const server = await startApi(process.argv[2] ?? '');
const { api } = server;

interface Copied {
  readonly run: string;
  readonly plan: Plan;
  readonly bodies: readonly { readonly kind: string; readonly body: Buffer }[];
}

const file = (number: number, memory: number): { id: string; path: string; content: string }[] => [
  {
    id: 'config',
    path: `/workspace/app-${number}/redis.conf`,
    content: `port 6379\nmaxmemory ${memory}mb\nappendonly yes\nsave 900 1\n`,
  },
  { id: 'shared', path: '/workspace/shared.ini', content: `level = ${memory}\n` },
];
const template = new ToldRun(server);
const original = template.plan(file(0, 1));
await template.request();
const carried = await template.vote(original, ['reject', 'approve']);
for (const { id } of original.steps) await template.carryOut(original, carried, id);
await template.settle();
const told = await api.log.entries({ run: template.id });

/** The same story of another run: ids and digests are exchanged, in the order in which entries name each other. */
function copyOf(number: number): Copied {
  const run = newRunId(api.random);
  const plan = JSON.parse(
    JSON.stringify({
      ...original,
      run,
      steps: new ToldRun(server).plan(file(number % FILES, number)).steps,
    }).replaceAll(original.run, run),
  ) as Plan;
  const names = new Map([
    [original.run, run],
    [planDigest(original).slice(7), planDigest(plan).slice(7)],
  ]);
  const bodies = told.map(({ kind, body }) => {
    const before = parseEnvelope(body);
    let payload = Buffer.from(before.payload, 'base64').toString();
    for (const [from, to] of names) payload = payload.replaceAll(from, to);
    const envelope = { ...before, payload: Buffer.from(payload).toString('base64') };
    names.set(envelopeDigest(before).slice(7), envelopeDigest(envelope).slice(7));
    return { kind, body: Buffer.from(envelopeBytes(envelope)) };
  });
  return { run, plan, bodies };
}

async function grow(entries: number): Promise<number> {
  let runs = 0;
  while (api.log.status().size < entries) {
    const copies = Array.from({ length: RUNS_AT_ONCE }, (_, at) => copyOf(runs + at));
    const { indexes } = await api.log.append(
      copies.flatMap(({ run, bodies }) => bodies.map((entry, at) => ({ ...entry, key: `${run}/${at}`, run }))),
    );
    await store(copies, indexes);
    runs += copies.length;
  }
  await api.attestedValues.setThrough(api.log.status().size);
  await api.database.query('analyze');
  return runs;
}

async function store(copies: readonly Copied[], indexes: readonly number[]): Promise<void> {
  const documents = copies.map(({ run, plan }) => {
    const bytes = Buffer.from(canonicalJson(plan));
    return { run, plan, digest: digestOfBytes(bytes), ...sealBlob(bytes) };
  });
  const seals = new Map(documents.map(({ digest, secret }) => [digest, new ValueSeal(secret.key)]));
  const steps = documents.flatMap(({ run, plan, digest }, at) =>
    stepsOf(run, plan, digest, indexes.slice(at * told.length)),
  );
  const runs = copies.map(({ run }) => run);
  await api.database.transaction(async (ask) => {
    await ask(
      `insert into duovir.run (id, requester, accepted, state, created_at)
       select id, 'ann', replace($2, $3, id)::json, '{"kind":"running","stage":"request"}', now() from unnest($1::text[]) as id`,
      [runs, JSON.stringify(await api.runs.accepted(template.id)), template.id],
    );
    await ask(
      `insert into duovir.document (digest, run, role, commitment, salt, key, sealed)
       select digest, run, 'plan', commitment, salt, key, sealed
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[])
         as document (digest, run, commitment, salt, key, sealed)`,
      [
        documents.map(({ digest }) => digest),
        runs,
        documents.map(({ commitment }) => commitment),
        documents.map(({ secret }) => secret.salt.toString('hex')),
        documents.map(({ secret }) => secret.key),
        documents.map(({ sealed }) => sealed),
      ],
    );
    await ask(
      `insert into duovir.motion (digest, run, kind, revision, risk_class, reasons)
       select digest, run, 'plan', 1, 'R1', '[]' from unnest($1::text[], $2::text[]) as motion (digest, run)`,
      [documents.map(({ digest }) => digest), runs],
    );
    await ask(
      `insert into duovir.event (run, key, type, time, body)
       select run, 'event-' || number, 'stage-start', now(), '{"stage":"review"}'
       from unnest($1::text[]) as run, generate_series(1, 12) as number`,
      [runs],
    );
    await insertRows(ask, rowsOf(steps, seals));
  });
}

const kinds = told.map(({ kind }) => kind);
const attested = kinds.flatMap((kind, at) => (kind === 'attestation' ? [at] : []));

function stepsOf(run: string, plan: Plan, motion: Digest, indexes: readonly number[]): AttestedStep[] {
  return plan.steps.map(({ id }, at) => ({
    entry: indexes[attested[at] ?? 0] ?? 0,
    run,
    step: id,
    motion,
    target: 'sandbox',
    identity: run,
    time: TIME,
    receipt: (indexes[attested[at] ?? 0] ?? 0) - 1,
    permit: (indexes[attested[at] ?? 0] ?? 0) - 2,
    verdict: motion,
    policy: api.trust.current().digest,
    undone: null,
    parts: ['planner', 'reviewer-security', 'runner', 'attestor'].map((principal) => ({ principal, part: 'agreed' })),
    values: valuesOfStep(plan, id),
  }));
}

interface Timed {
  readonly milliseconds: readonly number[];
}

/** One question after the other, through the whole API: what was set once, what everybody sets, and as it was at some time. */
async function askMany(questions: number, runs: number): Promise<Timed> {
  const size = api.log.status().size;
  const milliseconds: number[] = [];
  for (let number = 0; number < questions; number += 1) {
    const one = Math.floor(Math.random() * Math.min(FILES, runs));
    const resource = number % 4 === 0 ? '/workspace/shared.ini' : `/workspace/app-${one}/redis.conf`;
    const path = number % 4 === 0 ? 'level' : ['maxmemory', 'port', pointerOf(['appendonly'])][number % 3];
    const at = number % 5 === 0 ? `&at=${Math.floor((0.5 + Math.random() / 2) * size)}` : '';
    const begun = performance.now();
    const answer = await server.ask(`/v1/why?resource=${resource}&path=${path}${at}`);
    const body: unknown = await answer.json();
    milliseconds.push(performance.now() - begun);
    // Before a file was first written nobody had decided it.
    if (at !== '' && answer.status === 404) continue;
    const { chain } = whyAnswerSchema.parse(body);
    if (!chain.some(({ kind }) => kind === 'verdict')) throw new Error('an answer without a verdict');
  }
  return { milliseconds };
}

/** What PostgreSQL alone takes for one of these places and the entries of its run. */
async function bare(questions: number, runs: number): Promise<Timed> {
  const milliseconds: number[] = [];
  for (let number = 0; number < questions; number += 1) {
    const one = Math.floor(Math.random() * Math.min(FILES, runs));
    const begun = performance.now();
    await api.database.query(
      `select body from ledger_entry where run = (
         select step.run from duovir.why_value value join duovir.why_step step on step.entry = value.place / 4096
         where value.target = 'sandbox' and value.resource = $1 and value.path = '/maxmemory' order by value.place desc limit 1
       ) order by idx`,
      [`/workspace/app-${one}/redis.conf`],
    );
    milliseconds.push(performance.now() - begun);
  }
  return { milliseconds };
}

process.once('message', (message) => void measure(commandSchema.parse(message)));
process.send?.({ kind: 'ready' });

async function measure({ entries, questions }: z.output<typeof commandSchema>): Promise<void> {
  const runs = await grow(entries);
  await askMany(Math.ceil(questions / 5), runs);
  const why = await askMany(questions, runs);
  const database = await bare(questions, runs);
  const [count] = await api.database.query('select count(*) as values from duovir.why_value');
  process.send?.({
    kind: 'measured',
    why: why.milliseconds,
    bare: database.milliseconds,
    size: api.log.status().size,
    values: Number(count?.['values']),
  });
  await server.close();
  process.disconnect();
}
