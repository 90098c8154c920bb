// npm run conformance -- tampering [--logs N] [--mutations N] [--seed N] [--json] [--wrong]: honest logs raise no alarm, and every
// mutation is caught, by each of the three verifiers.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { damages } from './damage.fixture.ts';
import { forgeries } from './forgery.fixture.ts';
import { writeHonestPack } from './honest-pack.fixture.ts';
import { packTamperings } from './pack-tampering.fixture.ts';
import { grade, type Case, type Graded } from './tampering-case.fixture.ts';
import { honestLog } from './honest-log.fixture.ts';
import { Random } from './random.fixture.ts';
import { writeSignedLog, type SignedLog } from './signed-log.fixture.ts';
import { goVerifier, pythonVerifier, typescriptVerifier } from './three-verifiers.fixture.ts';

const { values } = parseArgs({
  options: {
    logs: { type: 'string', default: '100' },
    mutations: { type: 'string', default: '700' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    wrong: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const logs = Number(values.logs);
const perLog = Math.ceil(Number(values.mutations) / logs);
const go = goVerifier();
if (!go) process.stderr.write('verify.go was not asked: there is no go here.\n');
const verifiers = [typescriptVerifier, pythonVerifier, ...(go ? [go] : [])];
const root = mkdtempSync(join(tmpdir(), 'duovir-tampering-'));
const families = [...Object.keys(damages), ...Object.keys(forgeries), ...Object.keys(packTamperings)];

interface Honest {
  readonly log: SignedLog;
  readonly folder: string;
  readonly pack: string;
}

/** One case: the honest folder once more, and what was done to it. */
async function mutate(family: string, honest: Honest, number: number): Promise<Case> {
  const { log, folder: whole, pack } = honest;
  const folder = `${whole}-${number}`;
  const random = new Random(seed * 1_000_003 + number);
  const tampering = packTamperings[family];
  cpSync(tampering ? pack : whole, folder, { recursive: true });
  const what = await (tampering ?? damages[family] ?? forgeries[family])?.(folder, log, random);
  return { family, folder, isHonest: false, what: what ?? family };
}

async function gradeLog(number: number): Promise<{ readonly cases: readonly Case[]; readonly graded: Graded }> {
  const log = await honestLog(seed * 10_007 + number);
  const honest: Honest = { log, folder: join(root, `log-${number}`), pack: join(root, `pack-${number}`) };
  await writeSignedLog(log, honest.folder, 'log-and-witness');
  await writeHonestPack(log, honest.pack, new Random(seed + number));
  const cases: Case[] = [
    { family: 'honest', folder: honest.folder, isHonest: true, what: `log ${number}` },
    { family: 'honest', folder: honest.pack, isHonest: true, what: `pack ${number}` },
  ];
  for (let at = 0; at < perLog; at += 1) {
    const mutation = number * perLog + at;
    cases.push(await mutate(families[mutation % families.length] ?? 'bit-flip', honest, mutation));
  }
  const graded = await grade(cases, log.acme.officer.publicKey.toString('base64'), verifiers);
  for (const { folder } of cases) rmSync(folder, { recursive: true });
  return { cases, graded };
}

try {
  const all: Case[] = [];
  const wrong: Graded['wrong'][number][] = [];
  const disagreements: Graded['disagreements'][number][] = [];
  for (let number = 0; number < logs; number += 1) {
    const { cases, graded } = await gradeLog(number);
    all.push(...cases);
    wrong.push(...graded.wrong);
    disagreements.push(...graded.disagreements);
    if (process.stderr.isTTY) process.stderr.write(`\r${number + 1} of ${logs} logs`);
  }
  for (const family of ['honest', ...families]) report(family, all, wrong, disagreements);
  process.exitCode = wrong.length === 0 && disagreements.length === 0 && go ? 0 : 1;
} finally {
  go?.close();
  rmSync(root, { recursive: true, force: true });
}

function report(
  family: string,
  all: readonly Case[],
  wrong: Graded['wrong'],
  differing: Graded['disagreements'],
): void {
  const cases = all.filter((one) => one.family === family).length;
  const missed = wrong.filter((one) => one.case.family === family);
  const apart = differing.filter((one) => one.case.family === family);
  const line = {
    suite: `tampering/${family}`,
    cases,
    inScope: cases,
    correct: cases - new Set(missed.map((one) => one.case)).size,
    missed: family === 'honest' ? 0 : missed.length,
    falseAlarms: family === 'honest' ? missed.length : 0,
    disagreements: apart.length,
    verifiers: verifiers.map(({ name }) => name),
  };
  if (values.json) process.stdout.write(`${JSON.stringify({ ...line, wrong: missed.map(described) })}\n`);
  else
    process.stdout.write(
      `${line.suite}: ${line.correct}/${cases} correct, ${line.missed} missed, ${line.falseAlarms} false alarms, ${apart.length} disagreements\n`,
    );
  if (!values.wrong) return;
  for (const one of missed) process.stdout.write(`  ${JSON.stringify(described(one))}\n`);
  for (const { case: one, rules } of apart) process.stdout.write(`  ${JSON.stringify({ what: one.what, rules })}\n`);
}

function described({ case: one, verifier, verdict }: Graded['wrong'][number]): object {
  const findings = verdict.findings.slice(0, 3).map(({ entry, rule }) => `${entry ?? ''} ${rule}`);
  return { what: one.what, verifier, findings };
}
