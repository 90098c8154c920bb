import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { digestOf, signStatement, type Predicate, type Statement } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { serverScrubber } from '../egress/scrubber.ts';
import { ServerLedger } from '../ledger/server-ledger.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { LeafGuard } from './leaf-guard.ts';

const nothing = digestOf('nothing');
const opinion = (changes: Partial<Predicate<'opinion'>> = {}): Statement<'opinion'> => ({
  kind: 'opinion',
  run: 'run-aaaaaaaaaaaaaaaaaaaa',
  time: '2026-03-01T10:00:00.000Z',
  subject: nothing,
  predicate: {
    round: 1,
    phase: 'second',
    verdict: 'reject',
    findings: [
      {
        id: 'f-0a1b2c3d',
        rule: 'security.plain-text-password',
        severity: 'high',
        step: 'set-admin-password',
        evidenced: true,
      },
    ],
    abstention: null,
    changedFrom: 'approve',
    because: ['f-0a1b2c3d', '/steps/3/call/with/environment/PGPASSWORD', '/source/inputs/maxWalSizeOfEachReplica'],
    shown: nothing,
    evidence: nothing,
    trustPolicy: nothing,
    mandate: 'security',
    commitment: nothing,
    brain: 'model',
    tokens: 4111,
    calls: [`call-${'a2'.repeat(13)}`],
    ...changes,
  },
});
const looksAt =
  (statement: Statement): (() => void) =>
  () =>
    new LeafGuard().inspect(statement);

test('an honest entry passes', () => {
  expect(looksAt(opinion())).not.toThrow();
});

/** Made when the test runs: nothing here is a key of anybody's. */
const planted = (): readonly (readonly [string, string])[] => [
  ['an access key of a cloud', ['AKIA', randomBytes(8).toString('hex').toUpperCase()].join('')],
  ['a token of a forge', ['ghp', randomBytes(18).toString('hex')].join('_')],
  ['a key of a model provider', ['sk-ant', randomBytes(20).toString('hex')].join('-')],
  ['a card number', ['4111', '1111', '1111', '1111'].join('')],
  ['a card number in groups', ['5500', '0000', '0000', '0004'].join('-')],
  ['a password in a URL', `postgresql://ann:${randomBytes(6).toString('hex')}@db/x`],
  ['a random token', randomBytes(24).toString('base64url')],
  ['a random key in hex', randomBytes(24).toString('hex')],
  ['an assignment', `password=${randomBytes(6).toString('hex')}`],
];

test.each(planted())('%s in the one place where an agent writes what it likes is not appended', (_, secret) => {
  for (const text of [secret, `/steps/0/${secret}`]) {
    expect(looksAt(opinion({ because: ['f-0a1b2c3d', text] }))).toThrow('holds in `because`');
    expect(looksAt(opinion({ because: [text] }))).not.toThrow(secret);
  }
});

test('a card number is found in a name, too', () => {
  const step = ['pay', '4111111111111111'].join('-');
  const finding = { id: 'f-0a1b2c3d', rule: 'x', severity: 'low', step, evidenced: false } as const;
  expect(looksAt(opinion({ findings: [finding] }))).toThrow('`step`');
});

test('what this server is told is a secret is found however it looks', () => {
  const guard = new LeafGuard(serverScrubber([{ label: 'database password', value: 'correct-horse-battery' }]));
  expect(() => guard.inspect(opinion({ mandate: 'correct-horse-battery' }))).toThrow('`mandate`');
  expect(() => guard.inspect(opinion())).not.toThrow();
});

test('no digest, id or place raises a false alarm', () => {
  const hex = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
  const word = fc.stringMatching(/^[a-z]{2,12}$/);
  const place = fc
    .array(fc.oneof(word, fc.nat(99).map(String), fc.tuple(word, word, word).map(camel)), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) => `/${parts.join('/')}`);
  const cause = fc.oneof(
    place,
    hex(8).map((text) => `f-${text}`),
    hex(64).map((text) => `sha256:${text}`),
  );
  const guard = new LeafGuard();
  fc.assert(
    fc.property(fc.array(cause, { maxLength: 16 }), hex(64), hex(16), word, (because, digest, key, name) => {
      guard.inspect(opinion({ because, shown: `sha256:${digest}` }));
      guard.inspect({
        ...opinion(),
        kind: 'principal-enrol',
        predicate: { principal: name, role: 'runner', group: name, key: `${name}/${key}` },
      });
    }),
    { numRuns: 2000 },
  );
  // Sixteen hex digits can be a card number by accident; a key id is none.
  guard.inspect({
    ...opinion(),
    kind: 'principal-revoke',
    predicate: { principal: 'ann', key: 'ann/4111111111111111' },
  });
});

function camel(words: readonly string[]): string {
  return words.map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}

test('a look takes microseconds', () => {
  const guard = new LeafGuard();
  const statements = Array.from({ length: 4000 }, (_, at) =>
    opinion({ because: [`f-${at.toString(16).padStart(8, '0')}`, `/steps/${at}/call/with/path`] }),
  );
  for (const statement of statements.slice(0, 1000)) guard.inspect(statement);
  const begin = process.cpuUsage();
  for (const statement of statements) guard.inspect(statement);
  const { user, system } = process.cpuUsage(begin);
  expect((user + system) / statements.length).toBeLessThan(50);
});

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

test('Invariant 12, nothing secret in the ledger: the log does not grow by it', async () => {
  const ledger = new ServerLedger(server.api.log);
  const { size } = server.api.log.status();
  const statement = opinion({ because: [['AKIA', randomBytes(8).toString('hex').toUpperCase()].join('')] });
  const envelope = await signStatement(server.signer('reviewer-security'), statement);
  const honest = await signStatement(server.signer('reviewer-security'), opinion());
  const entries = [
    { key: 'honest', run: statement.run, envelope: honest },
    { key: 'planted', run: statement.run, envelope },
  ];
  await expect(ledger.append(entries)).rejects.toMatchObject({ code: 'entry-secret', consequence: 'ask-person' });
  expect(server.api.log.status().size).toBe(size);
});
