import { isUtf8 } from 'node:buffer';
import { parseCheckpointText } from './checkpoint.ts';
import { parseDecimal } from './decimal.ts';
import { contextIndexes, CONTEXT_FOLDER } from './entry-stream.ts';
import { LedgerError } from './error.ts';
import type { Finding } from './finding.ts';
import { rootBefore, verifyInclusion } from './inclusion.ts';
import { failed, type Opened } from './keys-audit.ts';
import type { LogDirectory } from './log-directory.ts';
import { leafHash } from './merkle.ts';
import { parseNote } from './note.ts';
import { parseProof } from './proof.ts';
import type { Roots } from './restored-log.ts';
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

export interface ContextAudit {
  readonly findings: readonly Finding[];
  /** Of what stands before each entry that is proven. */
  readonly roots: Roots;
}

/** What stands before `first` is proven entry by entry, under the newest checkpoint. */
export async function auditContext(directory: LogDirectory, newest: KnownRoot, first: number): Promise<ContextAudit> {
  const findings: Finding[] = [];
  const roots = new Map<number, Buffer>();
  for (const index of await contextIndexes(directory.root, first)) {
    const file = `${CONTEXT_FOLDER}/${index}`;
    try {
      roots.set(index, await proven(directory, newest, index));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      findings.push({ entry: index, file, rule: 'context-proof', consequence: error.message });
    }
  }
  return { findings, roots };
}

/** The root of what stands before the entry. Throws where it is not shown to be in the log. */
async function proven(directory: LogDirectory, { size, root }: KnownRoot, index: number): Promise<Buffer> {
  const bytes = await directory.file(`${CONTEXT_FOLDER}/${index}`);
  const text = await directory.file(`${CONTEXT_FOLDER}/${index}.tlog-proof`);
  if (!bytes || !text) throw new LedgerError('inclusion-invalid', 'There is no proof beside the entry.');
  // Read as if U+FFFD had been meant, it would be another file than others read.
  if (!isUtf8(text)) throw new LedgerError('proof-malformed', 'The proof is not UTF-8.');
  const proof = parseProof(text.toString('utf8'));
  // Its form is judged as that of any note is; who signed it adds nothing to the root that is believed already.
  const checkpoint = parseCheckpointText(parseNote(proof.checkpoint).text);
  if (proof.index !== index || checkpoint.size !== size || !checkpoint.root.equals(root))
    throw new LedgerError('inclusion-invalid', 'The proof is about another entry, or under another checkpoint.');
  verifyInclusion(index, size, leafHash(bytes), proof.hashes, root);
  return rootBefore(index, size, proof.hashes);
}
