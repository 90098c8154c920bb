// Writes docs/reference from the code; with --check only compares. A list kept by hand is wrong within a week.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorReference } from './reference/errors.ts';
import { ruleReference } from './reference/rules.ts';
import { statementReference } from './reference/statements.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs', 'reference');
const pages = {
  'errors.md': errorReference(ROOT),
  'rules.md': ruleReference(ROOT),
  'statements.schema.json': statementReference(ROOT),
};

if (process.argv.includes('--check')) {
  for (const [file, text] of Object.entries(pages)) {
    if (current(file) === text) continue;
    console.error(`docs/reference/${file} is not what the code says: run \`npm run reference\``);
    process.exitCode = 1;
  }
} else {
  mkdirSync(FOLDER, { recursive: true });
  for (const [file, text] of Object.entries(pages)) writeFileSync(join(FOLDER, file), text);
}

function current(file: string): string | undefined {
  try {
    return readFileSync(join(FOLDER, file), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
