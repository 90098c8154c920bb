// Documents must not drift from the code: the table of layers, every path they name, every link between them.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unknownCommands } from './documents/commands.ts';
import { incompleteInvariants } from './documents/invariants.ts';
import { missingLayerRows } from './documents/layer-table.ts';
import { brokenLinks } from './documents/links.ts';
import { missingPaths } from './documents/paths.ts';
import { MAY_IMPORT } from './lint/tables.mjs';

const ROOT = join(import.meta.dirname, '..');
const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], { cwd: ROOT });

const commands = readFileSync(join(ROOT, 'docs/reference/cli.md'), 'utf8');
const problems = documents.toSorted().flatMap((document) => {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [
    ...missingPaths(text, ROOT).map((path) => `${document}: there is no ${path}`),
    ...brokenLinks(text, join(ROOT, document)).map((link) => `${document}: the link ${link} leads nowhere`),
    ...unknownCommands(text, commands).map((command) => `${document}: there is no command duovir ${command}`),
  ];
});
const architecture = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
for (const row of missingLayerRows(architecture, MAY_IMPORT)) {
  problems.push(`ARCHITECTURE.md: the table of packages lacks the row ${row}`);
}
for (const number of incompleteInvariants(architecture, ROOT)) {
  problems.push(`ARCHITECTURE.md: invariant ${number} lacks the code that upholds it or a test named after it`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
