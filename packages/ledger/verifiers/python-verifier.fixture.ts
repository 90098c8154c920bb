import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';

const PROGRAM = join(import.meta.dirname, 'verify.py');

const noteSchema = z.strictObject({
  rule: z.string(),
  consequence: z.string().min(10),
  entry: z.int().optional(),
  file: z.string().optional(),
});
const lineSchema = z.strictObject({
  ok: z.boolean(),
  size: z.int(),
  first: z.int(),
  isAnchored: z.boolean(),
  findings: z.array(noteSchema),
  remarks: z.array(noteSchema),
  blobs: z.strictObject({ opened: z.int(), withheld: z.int(), shredded: z.int(), mismatch: z.int() }),
});
export type PythonVerdict = z.infer<typeof lineSchema>;

/** How the program is run. `-S`: without installed packages, so that all signatures are checked in pure Python. `-O`: without `assert`. */
export type PythonFlag = '-S' | '-O';

/** Verdicts in the order of the folders, with what else became of the process. */
export interface PythonAnswer {
  readonly exit: number | null;
  readonly verdicts: readonly PythonVerdict[];
  readonly errors: string;
}

/** Throws what to do where there is no Python: it is part of the set-up. */
export function requirePython(): void {
  if (spawnSync('python3', ['-c', '']).status !== 0)
    throw new Error('There is no python3, which verify.py needs: install it, as tools/bootstrap.mjs says.');
}

export function ask(parameters: readonly string[], flags: readonly PythonFlag[] = []): PythonAnswer {
  const { status, stdout, stderr } = run([...flags, PROGRAM, '--json', ...parameters]);
  const lines = stdout.split('\n').slice(0, -1);
  return { exit: status, verdicts: lines.map((line) => lineSchema.parse(JSON.parse(line))), errors: stderr };
}

/** What people see. */
export function tell(parameters: readonly string[]): { readonly exit: number | null; readonly text: string } {
  const { status, stdout, stderr } = run([PROGRAM, ...parameters]);
  return { exit: status, text: stdout + stderr };
}

/** Answers a function of the program gives, one for each argument list. */
export function answers(
  call: string,
  lists: readonly (readonly unknown[])[],
  flags: readonly PythonFlag[] = [],
): unknown {
  const { stdout, stderr } = run([...flags, '-B', '-c', CALL, import.meta.dirname, call], JSON.stringify(lists));
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Text of the form `{hex}` stands for bytes. */
const CALL = `
import json, sys
sys.path.insert(0, sys.argv[1])
import verify
def value(one):
    if isinstance(one, str) and one[:1] == '{':
        return bytes.fromhex(one[1:-1])
    return tuple(map(value, one)) if isinstance(one, list) else one
print(json.dumps([getattr(verify, sys.argv[2])(*map(value, one)) for one in json.load(sys.stdin)]))
`;

function run(parameters: readonly string[], input = ''): SpawnSyncReturns<string> {
  return spawnSync('python3', parameters, { encoding: 'utf8', input, timeout: 55_000, maxBuffer: 256 * 1_048_576 });
}
