import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { honestLog } from './audit/write-log.ts';
import type { Figure } from './figure.ts';

const ENTRIES = z.coerce.number().int().min(1).default(1_000_000).parse(process.env['DUOVIR_BENCH_ENTRIES']);
const MEASURE = join(import.meta.dirname, 'audit/measure-audit.ts');
const MILLION = 1_000_000;
const SIGNATURES = 20_000;
/** About as long as a statement. */
const STATEMENT_BYTES = 700;

const auditSchema = z.strictObject({ ok: z.literal(true), size: z.int(), seconds: z.number(), megabytes: z.number() });
type Audit = z.infer<typeof auditSchema>;

/**
 * Audits a log of a million entries, honest runs of 14 that real keys have signed, as an auditor does: in a process of its own,
 * from its files. DUOVIR_BENCH_ENTRIES takes another number; the bars are then as much lower or higher.
 */
export async function benchAudit(): Promise<readonly Figure[]> {
  const folder = await honestLog(ENTRIES);
  const { officer } = z
    .object({ officer: z.string() })
    .parse(JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')));
  const tree = await audit(folder, officer, 'tree');
  const record = await audit(folder, officer, 'record');
  const bare = bareSignatures() * ENTRIES;
  const [treeBar, recordBar] = [(10 * ENTRIES) / MILLION, (75 * ENTRIES) / MILLION];
  const alone = { comparedWith: null, ratio: null };
  return [
    {
      name: 'audit.structure',
      value: tree.seconds,
      unit: 's',
      ...alone,
      bar: `<= ${treeBar}`,
      ok: tree.seconds <= treeBar,
    },
    {
      name: 'audit.signatures',
      value: record.seconds,
      unit: 's',
      comparedWith: `the signatures alone, one thread: ${bare.toFixed(1)} s`,
      ratio: record.seconds / bare,
      bar: `<= ${recordBar}`,
      ok: record.seconds <= recordBar,
    },
    {
      name: 'audit.memory',
      value: record.megabytes,
      unit: 'MB',
      ...alone,
      bar: '<= 500',
      ok: record.megabytes <= 500,
    },
  ];
}

async function audit(folder: string, officer: string, what: 'tree' | 'record'): Promise<Audit> {
  const { stdout } = await promisify(execFile)(process.execPath, [MEASURE, folder, officer, what]);
  return auditSchema.parse(JSON.parse(stdout));
}

/** Seconds that one Ed25519 signature takes to be checked, and nothing else. */
function bareSignatures(): number {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const statement = randomBytes(STATEMENT_BYTES);
  const signature = sign(null, statement, privateKey);
  const started = performance.now();
  for (let count = 0; count < SIGNATURES; count += 1)
    if (!verify(null, statement, publicKey, signature)) throw new Error('a signature of our own does not hold');
  return (performance.now() - started) / 1000 / SIGNATURES;
}
