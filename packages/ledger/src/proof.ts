import { parseHash } from './base64.ts';
import { openCheckpoint, type CheckpointTrust, type TrustedCheckpoint } from './checkpoint.ts';
import { parseDecimal } from './decimal.ts';
import { LedgerError } from './error.ts';
import { verifyInclusion } from './inclusion.ts';
import { leafHash } from './merkle.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of fewer than 2^53 leaves has no longer path. */
const MAX_HASHES = 63;

/** That one entry is in the log, with the checkpoint it is proven under (C2SP tlog-proof). */
export interface Proof {
  readonly index: number;
  /** Leaf's sibling first. */
  readonly hashes: readonly Buffer[];
  /** A signed note with its cosignatures, unchecked. */
  readonly checkpoint: string;
}

export function formatProof({ index, hashes, checkpoint }: Proof): string {
  const path = hashes.map((value) => `${value.toString('base64')}\n`).join('');
  return `${HEADER}\nindex ${index}\n${path}\n${checkpoint}`;
}

const malformed = (reason: string): LedgerError => new LedgerError('proof-malformed', `Not a tlog-proof: ${reason}.`);

/** Layout only. An `extra` line is skipped: nothing covers it, so nothing may depend on it. */
export function parseProof(text: string): Proof {
  const gap = text.indexOf('\n\n');
  if (gap < 0) throw malformed('no empty line before the checkpoint');
  const [header, ...lines] = text.slice(0, gap).split('\n');
  if (header !== HEADER) throw malformed('unknown header');
  if (/^extra (?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(lines[0] ?? '')) lines.shift();
  const [indexLine, ...path] = lines;
  const index = indexLine?.startsWith('index ') ? parseDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw malformed('no index below 2^53');
  if (path.length > MAX_HASHES) throw malformed('too many hashes');
  const hashes = path.map((line) => {
    const value = parseHash(line);
    if (!value) throw malformed('a line is no 32-byte hash in base64');
    return value;
  });
  return { index, hashes, checkpoint: text.slice(gap + 2) };
}

/** What a proof established. */
export interface ProvenEntry {
  readonly index: number;
  readonly checkpoint: TrustedCheckpoint;
}

/**
 * Checks a proof from nothing but pinned keys: the log signed the checkpoint, the quorum of witnesses cosigned it, and
 * exactly these bytes are its entry. Throws `LedgerError` otherwise (Invariant 1).
 */
export function verifyProof(proof: string, entry: Uint8Array, trust: CheckpointTrust): ProvenEntry {
  const { index, hashes, checkpoint: note } = parseProof(proof);
  const checkpoint = openCheckpoint(note, trust);
  verifyInclusion(index, checkpoint.size, leafHash(entry), hashes, checkpoint.root);
  return { index, checkpoint };
}
