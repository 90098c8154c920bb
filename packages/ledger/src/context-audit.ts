import { parseCheckpoint } from './checkpoint.ts';
import { parseDecimal } from './decimal.ts';
import { contextIndexes, CONTEXT_FOLDER } from './entry-stream.ts';
import { LedgerError } from './error.ts';
import type { Finding } from './finding.ts';
import { verifyInclusion } from './inclusion.ts';
import { failed, type Opened } from './keys-audit.ts';
import type { LogDirectory } from './log-directory.ts';
import { leafHash } from './merkle.ts';
import { parseProof } from './proof.ts';
import { TILE_WIDTH } from './tile.ts';
import type { KnownRoot } from './tree-audit.ts';

export const FIRST_FILE = 'first';

/** The first entry of which the folder has its own bundle. */
export async function readFirst(directory: LogDirectory, size: number): Promise<Opened<number>> {
  const text = (await directory.file(FIRST_FILE))?.toString('latin1');
  if (text === undefined) return { kind: 'opened', value: 0 };
  const first = parseDecimal(text.replace(/\n$/, ''));
  if (first === undefined || first % TILE_WIDTH !== 0 || first > size)
    return failed(FIRST_FILE, 'first', 'It names no entry of this log with which a bundle begins.');
  return { kind: 'opened', value: first };
}

/** What stands before `first` is proven entry by entry, under the newest checkpoint. */
export async function contextFindings(directory: LogDirectory, newest: KnownRoot, first: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const index of await contextIndexes(directory.root, first)) {
    const file = `${CONTEXT_FOLDER}/${index}`;
    try {
      await checkProof(directory, newest, index);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      findings.push({ entry: index, file, rule: 'context-proof', consequence: error.message });
    }
  }
  return findings;
}

async function checkProof(directory: LogDirectory, { size, root }: KnownRoot, index: number): Promise<void> {
  const bytes = await directory.file(`${CONTEXT_FOLDER}/${index}`);
  const text = await directory.file(`${CONTEXT_FOLDER}/${index}.tlog-proof`);
  if (!bytes || !text) throw new LedgerError('inclusion-invalid', 'There is no proof beside the entry.');
  const proof = parseProof(text.toString('utf8'));
  const checkpoint = parseCheckpoint(proof.checkpoint);
  if (proof.index !== index || checkpoint.size !== size || !checkpoint.root.equals(root))
    throw new LedgerError('inclusion-invalid', 'The proof is about another entry, or under another checkpoint.');
  verifyInclusion(index, size, leafHash(bytes), proof.hashes, root);
}
