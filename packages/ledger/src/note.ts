import { parseBase64 } from './base64.ts';
import { cosignatureTime } from './cosignature.ts';
import { ed25519Holds } from './ed25519.ts';
import { LedgerError } from './error.ts';
import { isKeyName, parseVkey, type VerifierKey } from './vkey.ts';

/** Bounds for what strangers send; honest notes have a handful of lines. */
const MAX_NOTE_CHARACTERS = 1_048_576;
const MAX_SIGNATURES = 128;

/** A signature line, unchecked. */
export interface SignatureLine {
  readonly name: string;
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

/** A note taken apart, unchecked: nothing in it may be believed yet. */
export interface ParsedNote {
  /** With its final newline. */
  readonly text: string;
  readonly lines: readonly SignatureLine[];
}

/** A signature that was checked. */
export type VerifiedSignature =
  | { readonly kind: 'log'; readonly key: VerifierKey }
  | { readonly kind: 'witness'; readonly key: VerifierKey; readonly seconds: number };

export interface OpenedNote {
  readonly text: string;
  /** At least one, each of another key. */
  readonly signatures: readonly VerifiedSignature[];
}

const malformed = (reason: string): LedgerError => new LedgerError('note-malformed', `Not a signed note: ${reason}.`);

/** Splits at the last empty line without looking at the signatures. */
export function splitNote(note: string): { readonly text: string; readonly signatures: string } {
  if (note.length > MAX_NOTE_CHARACTERS) throw malformed('too long');
  // oxlint-disable-next-line no-control-regex -- signed notes forbid exactly these
  if (!note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(note))
    throw malformed('control characters or broken UTF-8');
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw malformed('no blank line before the signatures, or no newline at the end');
  return { text: note.slice(0, end + 1), signatures: note.slice(end + 2) };
}

function parseSignatureLine(line: string): SignatureLine {
  const [dash, name, base64, ...rest] = line.split(' ');
  const bytes = parseBase64(base64 ?? '');
  if (dash !== '\u2014' || !name || !isKeyName(name) || rest.length > 0 || !bytes || bytes.length < 5)
    throw malformed('a signature line is not: em dash, name, base64');
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

export function parseNote(note: string): ParsedNote {
  const { text, signatures } = splitNote(note);
  const lines = signatures.split('\n').slice(0, -1);
  if (lines.length === 0 || lines.length > MAX_SIGNATURES) throw malformed('no signature, or too many');
  return { text, lines: lines.map(parseSignatureLine) };
}

function verifyLine(text: string, line: SignatureLine, key: VerifierKey): VerifiedSignature {
  if (key.purpose === 'log' && ed25519Holds(key.rawKey, Buffer.from(text), line.signature)) return { kind: 'log', key };
  const seconds = key.purpose === 'witness' ? cosignatureTime(key, line.signature, text) : undefined;
  if (seconds !== undefined) return { kind: 'witness', key, seconds };
  throw new LedgerError('note-signature-invalid', `The signature of ${key.name} does not cover this text.`);
}

/**
 * Checks every signature of a known key and ignores the others. One known key whose signature does not hold makes
 * the whole note invalid; so does a note that no known key signed.
 */
export function openNote(note: string, vkeys: readonly string[]): OpenedNote {
  const { text, lines } = parseNote(note);
  const known = vkeys.map(parseVkey);
  const signatures = new Map<string, VerifiedSignature>();
  for (const line of lines) {
    const key = known.find((candidate) => candidate.name === line.name && candidate.id.equals(line.keyId));
    // Counted once per key, however many lines it has: a quorum is made of witnesses, not of lines.
    if (key) signatures.set(key.rawKey.toString('hex') + key.purpose, verifyLine(text, line, key));
  }
  if (signatures.size === 0)
    throw new LedgerError('note-untrusted', 'No key that is trusted here has signed this note.');
  return { text, signatures: [...signatures.values()] };
}
