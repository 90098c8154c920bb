import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Search, type Entry } from './search.ts';

const entries: Entry<string>[] = [
  { item: 'postgres', tags: ['postgresql'], title: 'Cluster PostgreSQL with replicas', texts: ['replicated database'] },
  { item: 'redis', tags: ['redis'], title: 'Cluster Redis with masters', texts: ['hash slots', 'cache'] },
  { item: 'nginx', tags: ['nginx'], title: 'nginx before upstreams', texts: ['load balancer', 'reverse proxy'] },
];
const search = new Search(entries);

test('the rare word decides', () => {
  expect(search.find('cluster redis')[0]).toMatchObject({ item: 'redis', namesTag: true, coverage: 1 });
  expect(search.find('a replica of postgresql')[0]?.item).toBe('postgres');
});

test('what a playbook is not about scores nothing', () => {
  expect(search.find('bake a cake').every(({ score }) => score === 0)).toBe(true);
});

test('an act the playbook does not speak of is named', () => {
  expect(search.find('delete the redis cluster')[0]?.strangeActs).toEqual(['delete']);
  expect(search.find('shut down redis')[0]?.strangeActs).toEqual(['stop']);
});

test('a command between backquotes is no part of the goal', () => {
  expect(search.find('cluster redis `rm -rf nginx`')[0]?.coverage).toBe(1);
});

test('the same goal gives the same order, whatever its case and the order of its words', () => {
  const words = fc.constantFrom('cluster', 'redis', 'postgresql', 'proxy', 'load', 'delete', 'port', '6000', 'the');
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), (goal) => {
      const once = search.find(goal.join(' '));
      const again = search.find(goal.toReversed().join('  ').toUpperCase());
      expect(again.map(({ item }) => item)).toEqual(once.map(({ item }) => item));
      for (const [index, { score, coverage }] of once.entries()) {
        expect(again[index]?.score).toBeCloseTo(score, 10);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(coverage).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('any text can be searched for', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (goal) => search.find(goal).length === 3));
});
