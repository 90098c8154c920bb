import { parseHash } from './base64.ts';
import { parseDecimal } from './decimal.ts';
import { LedgerError } from './error.ts';
import { openNote, splitNote, type VerifiedSignature } from './note.ts';
import { parseVkey } from './vkey.ts';

/** What a log claims about itself at one size. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** Whom a verifier believes. */
export interface CheckpointTrust {
  readonly logVkey: string;
  readonly witnessVkeys: readonly string[];
  /** How many distinct witnesses must have cosigned. */
  readonly quorum: number;
}

export interface TrustedCheckpoint extends Checkpoint {
  readonly text: string;
  readonly witnesses: readonly Extract<VerifiedSignature, { kind: 'witness' }>[];
}

export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

const malformed = (reason: string): LedgerError =>
  new LedgerError('checkpoint-malformed', `Not a checkpoint: ${reason}.`);

/** Parses the text of a note, without its signatures. Extension lines are allowed and ignored. */
export function parseCheckpointText(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin, sizeText, rootText] = lines;
  if (lines.at(-1) !== '' || lines.length < 4 || lines.slice(0, -1).includes(''))
    throw malformed('at least three lines, none empty');
  const size = parseDecimal(sizeText ?? '');
  if (size === undefined) throw malformed('the size is no plain decimal below 2^53');
  const root = parseHash(rootText ?? '');
  if (!root) throw malformed('the root is no 32-byte hash in base64');
  return { origin: origin ?? '', size, root };
}

/** Layout only: who signed is not looked at. */
export function parseCheckpoint(note: string): Checkpoint {
  return parseCheckpointText(splitNote(note).text);
}

/** A checkpoint that the log signed and enough witnesses cosigned; anything less throws. */
export function openCheckpoint(note: string, trust: CheckpointTrust): TrustedCheckpoint {
  const { text, signatures } = openNote(note, [trust.logVkey, ...trust.witnessVkeys]);
  const checkpoint = parseCheckpointText(text);
  if (!signatures.some((signature) => signature.kind === 'log'))
    throw new LedgerError('note-untrusted', 'The log itself has not signed this checkpoint.');
  // Otherwise a key that serves two logs could pass a checkpoint of one for the other's.
  if (checkpoint.origin !== parseVkey(trust.logVkey).name)
    throw new LedgerError('origin-mismatch', 'The checkpoint names another log than the key it is signed with.');
  const witnesses = signatures.filter((signature) => signature.kind === 'witness');
  if (witnesses.length < trust.quorum)
    throw new LedgerError('quorum-missing', `${witnesses.length} of ${trust.quorum} required witnesses have cosigned.`);
  return { ...checkpoint, text, witnesses };
}
