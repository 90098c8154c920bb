import { join } from 'node:path';
import { expect, test } from 'vitest';
import { incompleteInvariants } from './invariants.ts';
import { missingLayerRows } from './layer-table.ts';
import { brokenLinks } from './links.ts';
import { missingPaths } from './paths.ts';

const ROOT = join(import.meta.dirname, '../..');
const layers = { protocol: [], ledger: ['protocol'] };

test('a printed row must name exactly the imports of the table', () => {
  const text = '| `protocol` | words | – |\n| `ledger` | log | protocol, engine |';
  expect(missingLayerRows(text, layers)).toEqual(['`ledger` … protocol']);
  expect(missingLayerRows(text.replace(', engine', ''), layers)).toEqual([]);
});

test('paths in code spans must exist, patterns must match', () => {
  const text = '`tools/check.ts` `tools/*.ts` `packages/<name>/src` `tools/absent.ts` and `npm test`';
  expect(missingPaths(text, ROOT)).toEqual(['tools/absent.ts']);
});

test('relative links must lead to a file', () => {
  const text = '[a](check.ts) [b](absent.md#part) [c](https://example.com/absent.md) [d](#part)';
  expect(brokenLinks(text, join(ROOT, 'tools/document.md'))).toEqual(['absent.md']);
});

test('an invariant is complete only with code and test', () => {
  const row = (number: number, shownBy: string): string =>
    `| ${number} | **Name.** Text | \`packages/x.ts\` | ${shownBy} |\n`;
  const rows = Array.from({ length: 12 }, (_, index) => row(index + 1, index === 6 ? '–' : '`tests/x.test.ts`'));
  expect(incompleteInvariants(rows.join(''))).toEqual([7]);
  expect(incompleteInvariants(rows.slice(0, 11).join(''))).toEqual([7, 12]);
});
