import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { verifyProof } from '@duovir/ledger';
import {
  commitTo,
  digestOf,
  digestOfBytes,
  envelopeBytes,
  evidenceExportViewSchema,
  openingLineSchema,
  openStatement,
  signStatement,
  type BlobOpening,
  type EvidenceExportRequest,
  type EvidenceExportView,
} from '@duovir/protocol';
import { entriesOfKind } from '../audit/entries-of-kind.fixture.ts';
import { sealedRun } from '../blob/sealed-run.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

const size = async (): Promise<number> => (await server.api.log.cosignedCheckpoint()).size;
const readOpenings = (as: Person, to: number): Promise<Response> =>
  server.ask(`/v1/evidence/openings?first=0&size=${to}`, { as });
const post = (as: Person, body: unknown): Promise<Response> =>
  server.ask('/v1/evidence', {
    as,
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
const exported = async (asked: EvidenceExportRequest): Promise<EvidenceExportView> =>
  evidenceExportViewSchema.parse(await (await post('cara', asked)).json());

/** What an auditor is shown of a run. */
async function shownOf(run: string): Promise<BlobOpening[]> {
  const runs = (await server.api.log.entries({ from: 0, limit: 10_000 })).map((entry) => entry.run);
  const lines = (await (await readOpenings('cara', await size())).text()).trimEnd().split('\n');
  const parsed = lines.map((line) => openingLineSchema.parse(JSON.parse(line)));
  expect(parsed.at(-1)).toEqual({ openings: parsed.length - 1 });
  const openings = parsed.flatMap((line) => ('openings' in line ? [] : [line]));
  expect(openings).toEqual(openings.toSorted((left, right) => left.entry - right.entry));
  return openings.filter(({ entry }) => runs[entry] === run);
}

const stateOf = (opening: BlobOpening): string => ('withheld' in opening ? opening.withheld : 'shown');

test('an auditor is shown what entries commit to: request, plan, and the words of opinions', async () => {
  const run = await sealedRun(server, 'open port 8080 on the load balancer');
  const shown = await shownOf(run.id);
  expect(shown.map(({ commitment }) => commitment)).toEqual([run.request, run.planned, run.opinion]);
  for (const opening of shown) {
    if (!('content' in opening)) throw new Error(`entry ${opening.entry} is withheld`);
    const content = Buffer.from(opening.content, 'base64');
    expect(commitTo(opening.salt, content)).toBe(opening.commitment);
    expect(content.toString()).toContain('open port 8080');
  }
});

test('of older entries that an excerpt rests on, content is shown as well, and of no others', async () => {
  const unrelated = await sealedRun(server, 'an older matter');
  const run = await sealedRun(server, 'renew the certificate');
  const entries = await server.api.log.entries({ from: 0, limit: 10_000 });
  const first = entries.findLast((entry) => entry.run === run.id && entry.kind === 'opinion')?.index ?? 0;
  const answer = await server.ask(`/v1/evidence/openings?first=${first}&size=${await size()}`, { as: 'cara' });
  const lines = (await answer.text()).trimEnd().split('\n');
  const commitments = lines.flatMap((line) => {
    const parsed = openingLineSchema.parse(JSON.parse(line));
    return 'openings' in parsed ? [] : [parsed.commitment];
  });
  expect(commitments).toEqual([run.request, run.planned, run.opinion]);
  expect(commitments).not.toContain(unrelated.planned);
});

test('a plan is shown although it is salted, and not for its salt', async () => {
  const run = await sealedRun(server, 'nothing secret');
  const random = server.api.random.hex(16);
  const { commitment } = await server.api.documents.put(
    run.id,
    'plan',
    { salt: random, title: 'open a port' },
    '3'.repeat(64),
  );
  const hidden = await server.api.documents.put(run.id, 'plan', { salt: random, password: random }, '4'.repeat(64));
  const thought = { brain: 'playbook', tokens: 0, calls: [] } as const;
  for (const [at, committed] of [commitment, hidden.commitment].entries()) {
    const predicate = {
      revision: at + 2,
      pack: 'test',
      playbook: 'salted',
      commitment: committed,
      ...thought,
      calls: [],
    };
    const statement = {
      kind: 'plan',
      run: run.id,
      time: new Date().toISOString(),
      subject: committed,
      predicate,
    } as const;
    const envelope = await signStatement(server.api.signer, statement);
    await server.api.ledger.append([{ key: `${run.id}/salted/${at}`, run: run.id, envelope }]);
  }
  const shown = await shownOf(run.id);
  expect(shown.find((opening) => opening.commitment === commitment)).toHaveProperty('content');
  expect(shown.find((opening) => opening.commitment === hidden.commitment)).toHaveProperty('withheld', 'policy');
});

test.each([
  ['a card number', `the customer paid with 4242 4242 4242 4242`],
  ['a key of a provider', `use ${['AKIA', 'Q3EGRGVKVQ7X5TLN'].join('')} for it`],
  ['a password', `the password is ${['correct', 'horse', '7battery'].join('-')}`],
])('what looks like %s is in no pack', async (_, words) => {
  const run = await sealedRun(server, words);
  expect((await shownOf(run.id)).map(stateOf)).toEqual(['policy', 'policy', 'policy']);
});

test('of a run with cardholder data nothing is shown', async () => {
  const run = await sealedRun(server, 'rotate the certificates');
  await server.api.database.query(
    `update duovir.run set accepted = jsonb_set(accepted::jsonb, '{request,dataClass}', '"cardholder"')::json where id = $1`,
    [run.id],
  );
  expect((await shownOf(run.id)).map(stateOf)).toEqual(['policy', 'policy', 'policy']);
});

test('what is shredded or altered is missing', async () => {
  const run = await sealedRun(server, 'restart the cache');
  await server.api.shredder.shred('cara', 'retention', [run.planned]);
  await server.api.database.query(`update duovir.document set sealed = sealed || '\\x00' where commitment = $1`, [
    run.opinion,
  ]);
  expect((await shownOf(run.id)).map(stateOf)).toEqual(['shown', 'missing', 'missing']);
});

test('the words with which people stop everything are shown too', async () => {
  const { api } = server;
  const salt = api.random.hex(32);
  const digest = digestOf('a stop');
  const reason = 'Disks are being wiped';
  const predicate = { person: 'ann', commitment: commitTo(salt, reason) };
  const trustPolicy = api.trust.current().digest;
  const statement = {
    kind: 'stop',
    run: 'duovir',
    time: new Date().toISOString(),
    subject: trustPolicy,
    predicate,
  } as const;
  const envelope = await signStatement(api.signer, statement);
  await api.ledger.append([{ key: 'stop/words', run: 'duovir', envelope }]);
  await api.stops.keep({ digest, person: 'ann', reason, salt, halt: false, statement: envelope, since: new Date() });
  const [stop] = (await shownOf('duovir')).filter(({ commitment }) => commitment === predicate.commitment);
  expect(stop).toMatchObject({ content: Buffer.from(reason).toString('base64'), salt });
});

test('only who may audit is shown anything, and it is on record before', async () => {
  for (const person of ['ann', 'bob', 'dan', 'eve'] as const)
    expect([person, (await readOpenings(person, 1)).status]).toEqual([person, 403]);
  expect((await post('ann', request(1))).status).toBe(403);
  const reads = await entriesOfKind(server.api.log, 'audit-read');
  expect(reads.map(({ predicate }) => [predicate.person, predicate.what])).toContainEqual(['cara', 'evidence']);
  expect(
    reads
      .filter(({ predicate }) => predicate.what === 'evidence')
      .every(({ predicate }) => predicate.person === 'cara'),
  ).toBe(true);
});

const manifest = digestOfBytes('a manifest');
function request(entries: number): EvidenceExportRequest {
  return { manifest, scope: 'pci', from: '2026-01-01T00:00:00.000Z', to: null, size: entries, first: 0 };
}

test('an export is signed by the server as an entry, once however often it is said', async () => {
  const asked = request(await size());
  const first = await exported(asked);
  expect(await exported(asked)).toMatchObject({ entry: first.entry, envelope: first.envelope });
  const { policy } = server.api.trust.current();
  const principal = policy.principals.find(({ role }) => role === 'server')!;
  const { subject, predicate } = openStatement(first.envelope, 'evidence-export', principal);
  expect({ subject, predicate }).toEqual({
    subject: manifest,
    predicate: { person: 'cara', scope: 'pci', from: asked.from, to: null, size: asked.size, first: 0 },
  });
  const trust = { logVkey: policy.log.vkey, witnessVkeys: policy.witnesses.vkeys, quorum: policy.witnesses.quorum };
  expect(verifyProof(first.proof, envelopeBytes(first.envelope), trust).index).toBe(first.entry);
});

test('nothing is signed for a log, a range or a period that there is not', async () => {
  const entries = await size();
  for (const change of [
    { size: entries + 100 },
    { first: 1 },
    { first: 256 * 1000 },
    { to: '2025-01-01T00:00:00.000Z' },
    { to: 'yesterday' },
  ])
    expect(await (await post('cara', { ...request(entries), ...change })).json()).toMatchObject({
      code: 'request-invalid',
    });
  expect(await (await readOpenings('cara', entries + 100)).json()).toMatchObject({ code: 'request-invalid' });
});
