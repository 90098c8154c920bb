import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unknownCommands } from './commands.ts';
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

test('an invariant is complete only with code and a test named after it', () => {
  const row = (number: number, shownBy: string): string =>
    `| ${number} | **Name.** Text | \`packages/x.ts\` | ${shownBy} |\n`;
  const veto = '`tests/invariants/veto.test.ts`';
  expect(incompleteInvariants(row(3, veto), ROOT)).not.toContain(3);
  expect(incompleteInvariants(row(3, '–'), ROOT)).toContain(3);
  expect(incompleteInvariants(row(4, veto), ROOT)).toContain(4);
  expect(incompleteInvariants('', ROOT)).toHaveLength(12);
});

test('a command that documents name must be in the reference', () => {
  const reference = '## duovir up\n\n## duovir run start <goal>\n\n## duovir why [target] <resource>\n';
  const text =
    '`duovir up`\nnpx duovir run start "a goal"\nduovir why postgresql port\n`duovir run begin` `duovir fly`';
  expect(unknownCommands(text, reference)).toEqual(['run begin', 'fly']);
});
