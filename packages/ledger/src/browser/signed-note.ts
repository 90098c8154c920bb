import { bytesOfBase64, bytesOfText, ed25519Holds, isSame, joined, sha256, type Bytes } from './bytes.ts';

/** Who must have signed a checkpoint, as verifier keys: `<name>+<key id>+<base64>`. */
export interface NoteTrust {
  readonly logVkey: string;
  readonly witnessVkeys: readonly string[];
  /** How many distinct witnesses. */
  readonly quorum: number;
}

interface NoteKey {
  readonly name: string;
  readonly id: Bytes;
  /** First byte of the material: 1 signs the text, 4 signs text and time. */
  readonly type: number;
  readonly raw: Bytes;
}

interface SignatureLine {
  readonly name: string;
  readonly id: Bytes;
  readonly signature: Bytes;
}

const LOG = 1;
const WITNESS = 4;
/** Eight bytes of time, then the signature. */
const TIMED_BYTES = 72;

/** The text of a note that the log signed and enough witnesses cosigned; undefined for anything less. */
export async function openNote(note: string, trust: NoteTrust): Promise<string | undefined> {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n') || CONTROL.test(note)) return undefined;
  const text = note.slice(0, end + 1);
  const lines = note
    .slice(end + 2, -1)
    .split('\n')
    .map(parseLine);
  const log = await parseVkey(trust.logVkey);
  const witnesses = await Promise.all([...new Set(trust.witnessVkeys)].map(parseVkey));
  // Otherwise a key that serves two logs could pass a checkpoint of one for the other's.
  if (log?.type !== LOG || text.split('\n')[0] !== log.name) return undefined;
  if (witnesses.some((witness) => witness?.type !== WITNESS)) return undefined;
  const keys = [log, ...witnesses.filter((witness) => witness !== undefined)];
  const [byLog, ...byWitnesses] = await Promise.all(keys.map((key) => signedBy(key, text, lines)));
  if (byLog !== 'holds' || byWitnesses.includes('broken') || lines.includes(undefined)) return undefined;
  return byWitnesses.filter((signed) => signed === 'holds').length >= trust.quorum ? text : undefined;
}

// oxlint-disable-next-line no-control-regex -- signed notes forbid exactly these
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

function parseLine(line: string): SignatureLine | undefined {
  const [dash, name, base64 = '', ...rest] = line.split(' ');
  const bytes = bytesOfBase64(base64);
  if (dash !== '\u2014' || !name || /[\p{White_Space}+]/u.test(name) || rest.length > 0) return undefined;
  if (!bytes || bytes.length < 5) return undefined;
  return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) };
}

async function parseVkey(vkey: string): Promise<NoteKey | undefined> {
  const [, name, id = '', base64 = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey) ?? [];
  const material = bytesOfBase64(base64);
  if (name === undefined || material?.length !== 33) return undefined;
  const expected = (await sha256(bytesOfText(`${name}\n`), material)).slice(0, 4);
  const hex = [...expected].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex === id ? { name, id: expected, type: material[0] ?? 0, raw: material.slice(1) } : undefined;
}

/** `broken`: one line of the key does not hold, which makes the whole note invalid. */
async function signedBy(
  { name, id, type, raw }: NoteKey,
  text: string,
  lines: readonly (SignatureLine | undefined)[],
): Promise<'holds' | 'broken' | 'absent'> {
  const own = lines.filter((line) => line !== undefined && line.name === name && isSame(line.id, id));
  if (own.length === 0) return 'absent';
  const hold = await Promise.all(own.map(async (line) => line && lineHolds(type, raw, text, line.signature)));
  return hold.every(Boolean) ? 'holds' : 'broken';
}

async function lineHolds(type: number, raw: Bytes, text: string, signature: Bytes): Promise<boolean> {
  if (type === LOG) return ed25519Holds(raw, bytesOfText(text), signature);
  if (signature.length !== TIMED_BYTES) return false;
  const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (seconds > BigInt(Number.MAX_SAFE_INTEGER)) return false;
  const message = joined(bytesOfText(`cosignature/v1\ntime ${seconds}\n`), bytesOfText(text));
  return ed25519Holds(raw, message, signature.slice(8));
}
