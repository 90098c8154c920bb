// Files are named after one noun of the field. These words name a place to put things, not a thing.
import { globSync } from 'node:fs';
import { join } from 'node:path';

const FORBIDDEN = /^(?:.+-)?(?:utils?|helpers?|manager|misc|common|shared|data|stuff)(?:\.|$)/;
const KEBAB_CASE = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/;
const FOLDERS = '{packages/*/{src,bin},tools,tests,bench,examples}/**/*.{ts,mjs,js}';

const ROOT = join(import.meta.dirname, '..');
const wrong = globSync(FOLDERS, { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] })
  .filter((path) => path.split('/').some((part) => FORBIDDEN.test(part) || !KEBAB_CASE.test(part)))
  .toSorted();
for (const path of wrong) console.error(`${path}: name the file after the one thing it holds, in kebab-case`);
process.exitCode = wrong.length === 0 ? 0 : 1;
