// npm run conformance -- <family>... --corpus DIR [--json]: grades a directory of cases whose answers are known. Of several families
// each is graded on the corpora in DIR that are its own. Some families bring cases of their own and need no directory.
// Exit code 0: all right, 1: wrong answers, 2: wrong usage or a family that has no grader yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FAMILIES = ['policy', 'vap', 'dlp', 'failures', 'injection', 'shell', 'ledger', 'tampering'];
/** Public vectors, and logs that are made and damaged on the spot. */
const WITH_OWN_CASES = ['ledger', 'tampering'];
const USAGE = `usage: npm run conformance -- ${FAMILIES.join('|')} [another family...] --corpus DIR [--json]
       npm run conformance -- ${WITH_OWN_CASES.join('|')} [--json]`;

const words = process.argv.slice(2);
const firstOption = words.findIndex((word) => word.startsWith('-'));
const families = words.slice(0, firstOption < 0 ? words.length : firstOption);
const rest = words.slice(families.length);
process.exitCode = families.length === 0 ? refuse(USAGE) : Math.max(...families.map(gradeFamily));

function gradeFamily(family: string): number {
  const corpus = rest[rest.indexOf('--corpus') + 1];
  if (families.length === 1 || corpus === undefined || !existsSync(corpus)) return grade(family, rest);
  const own = readdirSync(corpus)
    .filter((name) => name.startsWith(`${family}-`))
    .map((name) => join(corpus, name));
  if (own.length === 0) return refuse(`there is no corpus ${family}-* in ${corpus}`);
  return Math.max(...own.map((folder) => grade(family, rest.with(rest.indexOf('--corpus') + 1, folder))));
}

function grade(name: string, options: readonly string[]): number {
  if (!FAMILIES.includes(name)) return refuse(USAGE);
  const grader = join(import.meta.dirname, '..', 'tests', 'conformance', `${name}.ts`);
  if (!existsSync(grader)) return refuse(`${name} is not yet graded`);
  if (options.includes('--corpus') || !WITH_OWN_CASES.includes(name)) {
    const corpus = options[options.indexOf('--corpus') + 1];
    if (!options.includes('--corpus') || corpus === undefined) return refuse(USAGE);
    if (!existsSync(corpus)) return refuse(`there is no ${corpus}; unpack a corpus and name its folder`);
  }
  return spawnSync(process.execPath, [grader, ...options], { stdio: 'inherit' }).status ?? 1;
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}
