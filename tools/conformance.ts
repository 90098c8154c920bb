// npm run conformance -- <family> --corpus DIR [--json]: grades a directory of cases whose answers are known.
// Exit code 0: all right, 1: wrong answers, 2: wrong usage or a family that has no grader yet.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FAMILIES = ['policy', 'vap', 'dlp', 'failures', 'injection', 'shell', 'ledger'];
const USAGE = `usage: npm run conformance -- ${FAMILIES.join('|')} --corpus DIR [--json]`;

const [family, ...rest] = process.argv.slice(2);
process.exitCode = grade(family, rest);

function grade(name: string | undefined, options: readonly string[]): number {
  if (name === undefined || !FAMILIES.includes(name)) return refuse(USAGE);
  const grader = join(import.meta.dirname, '..', 'tests', 'conformance', `${name}.ts`);
  if (!existsSync(grader)) return refuse(`${name} is not yet graded`);
  const corpus = options[options.indexOf('--corpus') + 1];
  if (!options.includes('--corpus') || corpus === undefined) return refuse(USAGE);
  if (!existsSync(corpus)) return refuse(`there is no ${corpus}; unpack a corpus and name its folder`);
  return spawnSync(process.execPath, [grader, ...options], { stdio: 'inherit' }).status ?? 1;
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}
