import { randomBytes } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { createGuard, type Guard } from '../guard/guard.ts';
import { PlaceholderVault } from '../placeholder/placeholder-vault.ts';
import { RegisteredValues } from '../registered/registered-values.ts';
import { hideSensitive } from './hide-sensitive.ts';
import type { SensitiveFacts } from './ports.ts';

const guard = createGuard({ deadlineMs: 5000, internalDomains: ['firm.rs'] });
afterAll(() => guard.close());

const newFacts = (): SensitiveFacts => ({
  registered: new RegisteredValues(),
  vault: new PlaceholderVault(randomBytes(32)),
  schema: new Map(),
  store: async () => {},
});

/** The same guard, but for how it looks. */
const guardThat = (look: Guard['look']): Guard => ({
  detect: () => Promise.reject(new Error('asked twice')),
  learnSchema: () => Promise.reject(new Error('asked twice')),
  look,
  close: async () => {},
});

const partsOf = (...texts: string[]): { label: string; text: string }[] =>
  texts.map((text, index) => ({ label: `part-${index}`, text }));

test('one question to the guard hides everything in all parts, and what it teaches stays with the run', async () => {
  const facts = newFacts();
  facts.registered.register('canary', 'correct-horse-canary');
  let questions = 0;
  const counting = guardThat((texts, known) => {
    questions += 1;
    return guard.look(texts, known);
  });
  const given = [
    'db1.firm.rs is slow on person_files',
    'create table person_files (ssn_code text);',
    'it says correct-horse-canary',
  ];
  const { parts, redactions } = await hideSensitive(partsOf(...given), facts, counting);
  expect(questions).toBe(1);
  expect(parts.map(({ label }) => label)).toEqual(['part-0', 'part-1', 'part-2']);
  const shown = parts.map(({ text }) => text).join('\n');
  expect(shown).not.toMatch(/firm\.rs|person_files|ssn_code|canary/);
  expect(facts.vault.restore(shown)).toBe(given.join('\n'));
  expect(redactions).toEqual({ host: 1, table: 2, column: 1, secret: 1 });
  // Whoever asks later sees the table only in prose.
  const [later] = (await hideSensitive(partsOf('and person_files again'), facts, guard)).parts;
  expect(later?.text).not.toContain('person_files');
});

test('a document keeps its own words when a statement stands in it', async () => {
  const call = {
    argv: ['psql', '-c', "select count(*) from pg_stat_replication where state = 'x'"],
    environment: {},
    id: 'a',
  };
  const own = {
    argv: ['psql', '-c', "select ssn_code from person_files where id = '${{ item.slot }}'"],
    id_of: 'argv',
  };
  const { parts } = await hideSensitive(
    partsOf(JSON.stringify(call), JSON.stringify(own), 'The environment, argv and id_of stay.'),
    newFacts(),
    guard,
  );
  expect(parts[0]?.text).toBe(JSON.stringify(call));
  expect(parts[1]?.text).toMatch(
    /^\{"argv":\["psql","-c","select c_\d_\w+ from t_\d_\w+ where c_\d_\w+ = '\$\{\{ item\.slot \}\}'"\],"id_of":"argv"\}$/,
  );
  expect(parts[2]?.text).toBe('The environment, argv and id_of stay.');
});

test('a part that was not looked at does not leave', async () => {
  const blind = guardThat(async () => ({ looks: [], names: new Map() }));
  await expect(hideSensitive(partsOf('a'), newFacts(), blind)).rejects.toMatchObject({ code: 'guard-failed' });
});

test.each([
  ['has no time for it', { deadlineMs: 0 }, 'guard-timeout'],
  [
    'has a parser that traps',
    { workerUrl: new URL('../guard/trapping-worker.fixture.mjs', import.meta.url) },
    'sql-parser-unavailable',
  ],
])('nothing is hidden by halves by a guard that %s', async (_name, options, code) => {
  const failing = createGuard({ deadlineMs: 5000, internalDomains: [], ...options });
  const facts = newFacts();
  const parts = partsOf('db1.internal and 10.0.0.1', `MISCHIEF ${'select ssn_code from person_files;'.repeat(500)}`);
  await expect(hideSensitive(parts, facts, failing)).rejects.toMatchObject({ code });
  expect(facts.schema.size).toBe(0);
  expect(facts.vault.added()).toEqual([]);
  await failing.close();
});
