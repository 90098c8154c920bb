import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

const findingSchema = z.looseObject({ entry: z.int().optional(), file: z.string().optional(), rule: z.string() });
const verdictSchema = z.looseObject({ ok: z.boolean(), findings: z.array(findingSchema) });

interface Verdict {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly entry?: number | undefined;
    readonly file?: string | undefined;
    readonly rule: string;
  }[];
}

/** `missed`: expected and not found. `alarms`: found and not expected. As `entry rule`, or `file rule`. */
interface Difference {
  readonly missed: readonly string[];
  readonly alarms: readonly string[];
}
/** One folder about which a verifier says something else than was expected. */
export type Disagreement = Difference & { readonly folder: string };

/** About files and the tree: one of these is enough for all to agree that a log is damaged. */
const STRUCTURAL: ReadonlySet<string> = new Set([
  'keys',
  'officer',
  'checkpoint',
  'checkpoint-name',
  'checkpoint-root',
  'truncated',
  'first',
  'context-proof',
  'tile-readable',
  'tile-hash',
  'bundle-readable',
  'entry-hash',
]);

/** Folders for one process: a command line has an end, and starting a verifier costs more than a small folder. */
const AT_ONCE = 200;

/**
 * Runs a verifier over every `case-…/log` (or `case-…/pack`) of a folder, and holds what it says against `expected.json` beside
 * it: the same verdict; the same rules at the same entries; where the tree is damaged, that it is.
 */
export async function disagreements(cases: string, command: readonly string[]): Promise<Disagreement[]> {
  const folders = readdirSync(cases)
    .map((name) => join(cases, name))
    .filter((folder) => existsSync(join(folder, 'expected.json')))
    .toSorted();
  const found: Disagreement[] = [];
  for (let from = 0; from < folders.length; from += AT_ONCE) {
    const some = folders.slice(from, from + AT_ONCE);
    const verdicts = await verdictsOn(some.map(contentOf), command);
    for (const [at, folder] of some.entries()) {
      const difference = differenceOf(expectedOf(folder), verdicts[at]);
      if (difference) found.push({ folder, ...difference });
    }
  }
  return found;
}

function contentOf(folder: string): string {
  return existsSync(join(folder, 'pack')) ? join(folder, 'pack') : join(folder, 'log');
}

function expectedOf(folder: string): Verdict {
  return verdictSchema.parse(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')));
}

/** One JSON line for each folder, in order. */
async function verdictsOn(
  folders: readonly string[],
  [program = '', ...parameters]: readonly string[],
): Promise<Verdict[]> {
  const child = spawn(program, [...parameters, '--json', ...folders], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let output = '';
  for await (const piece of child.stdout.setEncoding('utf8')) output += String(piece);
  await closed;
  const lines = output.split('\n').slice(0, -1);
  if (lines.length !== folders.length)
    throw new Error(`${program} said ${lines.length} lines about ${folders.length} folders.`);
  return lines.map((line) => verdictSchema.parse(JSON.parse(line)));
}

/** Undefined where both say the same: about the same entries, or that the tree is damaged, which makes entries unfit to be judged. */
export function differenceOf(expected: Verdict, said: Verdict | undefined): Difference | undefined {
  if (said && isDamaged(expected) && isDamaged(said)) return undefined;
  const [there, here] = [wordsOf(expected), said ? wordsOf(said) : new Set<string>()];
  const missed = [...there].filter((word) => !here.has(word));
  const alarms = [...here].filter((word) => !there.has(word));
  return missed.length + alarms.length === 0 ? undefined : { missed, alarms };
}

const isDamaged = ({ ok, findings }: Verdict): boolean => !ok && findings.some(({ rule }) => STRUCTURAL.has(rule));

/** Tables of a pack are for those alone who know how to make them. */
function wordsOf({ ok, findings }: Verdict): Set<string> {
  const judged = findings.filter(({ rule }) => rule !== 'report');
  return new Set([`ok: ${ok}`, ...judged.map(({ entry, file, rule }) => `${entry ?? file ?? ''} ${rule}`)]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [cases = '', ...command] = process.argv.slice(2);
  const found = await disagreements(cases, command);
  for (const one of found) process.stdout.write(`${JSON.stringify(one)}\n`);
  process.stdout.write(`${found.length} disagreements\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
