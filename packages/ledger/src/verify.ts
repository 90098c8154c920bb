import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuovirError, parseCanonicalJson } from '@duovir/protocol';
import * as z from 'zod';
import { breakGlassFindings } from './break-glass-rules.ts';
import { Chain } from './chain.ts';
import { openCheckpoint, type CheckpointTrust } from './checkpoint.ts';
import { debateFindings } from './debate-rules.ts';
import { parseDecimal } from './decimal.ts';
import { egressFindings } from './egress-rules.ts';
import { enrolmentFindings } from './enrolment-rules.ts';
import { EntryAuditor } from './entry-audit.ts';
import { executionFindings } from './execution-rules.ts';
import type { Finding } from './finding.ts';
import { KEYS_FILE, keysFileSchema, openKeyRing, type KeyRing } from './keys-file.ts';
import { LogDirectory } from './log-directory.ts';
import { motionFindings } from './motion-rules.ts';
import { spendingFindings } from './spending-rules.ts';
import { stopFindings } from './stop-rules.ts';
import { supersededFindings } from './superseded-rules.ts';
import { thoughtFindings } from './thought-rules.ts';
import { auditTree, type KnownRoot } from './tree-audit.ts';
import { verdictFindings } from './verdict-rules.ts';
import { voteFindings } from './vote-rules.ts';

export interface VerifyOptions {
  /**
   * The officer's raw public key in base64, from somewhere other than the folder. Without it the log is only shown to
   * agree with itself.
   */
  readonly officer?: string;
  /** Called after each entry. */
  readonly onProgress?: (done: number, size: number) => void;
}

export interface Verification {
  readonly ok: boolean;
  /** Entries under the newest checkpoint; 0 when it could not be believed. */
  readonly size: number;
  /** Whether the officer's key was given from outside. */
  readonly isAnchored: boolean;
  readonly findings: readonly Finding[];
}

type Opened<Value> = { readonly value: Value } | { readonly finding: Finding };

const failure = (file: string, rule: string, error: unknown): { readonly finding: Finding } => {
  if (error instanceof DuovirError || error instanceof z.ZodError)
    return { finding: { file, rule, consequence: error.message } };
  throw error;
};

async function openKeys(directory: LogDirectory, officer: string | undefined): Promise<Opened<KeyRing>> {
  const bytes = await directory.file(KEYS_FILE);
  if (!bytes) return { finding: { file: KEYS_FILE, rule: 'keys', consequence: 'The keys are missing.' } };
  try {
    const keys = keysFileSchema.parse(parseCanonicalJson(bytes.toString('utf8').replace(/\n$/, '')));
    if (officer !== undefined && keys.officer !== officer)
      return { finding: { file: KEYS_FILE, rule: 'officer', consequence: 'This is not the officer key you trust.' } };
    return { value: openKeyRing(keys.trustPolicies, keys.officer) };
  } catch (error) {
    return failure(KEYS_FILE, 'keys', error);
  }
}

/** A checkpoint counts under any policy that was ever in force: keys are rotated, checkpoints stay. */
async function openFile(directory: LogDirectory, file: string, keys: KeyRing): Promise<Opened<KnownRoot>> {
  const note = (await directory.file(file))?.toString('utf8');
  if (note === undefined) return { finding: { file, rule: 'checkpoint', consequence: 'The checkpoint is missing.' } };
  let last: Opened<KnownRoot> = { finding: { file, rule: 'checkpoint', consequence: 'No trust policy names a log.' } };
  for (const { policy } of keys.policies.values()) {
    const { log, witnesses } = policy;
    const trust: CheckpointTrust = { logVkey: log.vkey, witnessVkeys: witnesses.vkeys, quorum: witnesses.quorum };
    try {
      const { size, root } = openCheckpoint(note, trust);
      return { value: { size, root, file } };
    } catch (error) {
      last = failure(file, 'checkpoint', error);
    }
  }
  return last;
}

async function retained(directory: LogDirectory): Promise<string[]> {
  try {
    return (await readdir(join(directory.root, 'checkpoints'))).map((name) => `checkpoints/${name}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function sizeFindings(newest: KnownRoot, older: readonly KnownRoot[]): Finding[] {
  return older.flatMap(({ file, size }) => {
    if (size > newest.size)
      return [{ file, rule: 'truncated', consequence: `The log once had ${size} entries and now has ${newest.size}.` }];
    if (parseDecimal(file.slice('checkpoints/'.length)) !== size)
      return [{ file, rule: 'checkpoint-name', consequence: 'The file is named after another size.' }];
    return [];
  });
}

const refused = (findings: readonly Finding[], isAnchored: boolean): Verification => ({
  ok: false,
  size: 0,
  isAnchored,
  findings,
});

/**
 * Verifies an exported log without server and network: signatures of log and witnesses, every tile and the root, each
 * retained checkpoint, every entry's bytes, schema, signature and speaker, that what was done had been decided, and that
 * what left for a model was allowed, asked for and paid within its caps.
 */
export async function verifyLog(folder: string, options: VerifyOptions = {}): Promise<Verification> {
  const isAnchored = options.officer !== undefined;
  const directory = new LogDirectory(folder);
  const keys = await openKeys(directory, options.officer);
  if ('finding' in keys) return refused([keys.finding], isAnchored);
  const newest = await openFile(directory, 'checkpoint', keys.value);
  if ('finding' in newest) return refused([newest.finding], isAnchored);
  const others = await Promise.all((await retained(directory)).map((file) => openFile(directory, file, keys.value)));
  const older = others.flatMap((opened) => ('value' in opened ? [opened.value] : []));
  const { size } = newest.value;
  const auditor = new EntryAuditor(keys.value);
  const tree = await auditTree(
    directory,
    [newest.value, ...older.filter((root) => root.size <= size)],
    (index, bytes) => {
      auditor.read(index, bytes);
      options.onProgress?.(index + 1, size);
    },
  );
  const chain = new Chain(auditor.facts);
  const findings = [
    ...others.flatMap((opened) => ('finding' in opened ? [opened.finding] : [])),
    ...sizeFindings(newest.value, older),
    ...tree.findings,
    ...auditor.findings,
    ...enrolmentFindings(chain, keys.value),
    ...supersededFindings(chain),
    ...motionFindings(chain),
    ...voteFindings(chain),
    ...debateFindings(chain),
    ...verdictFindings(chain),
    ...breakGlassFindings(chain),
    ...executionFindings(chain),
    ...stopFindings(chain),
    ...thoughtFindings(chain),
    ...egressFindings(chain),
    ...spendingFindings(chain),
  ];
  return { ok: findings.length === 0 && tree.isIntact, size, isAnchored, findings };
}
