// For a browser: WebCrypto and nothing of Node. What it accepts is what `verifyProof` accepts.
import { bytesOfBase64, bytesOfText, ed25519Holds, isSame, joined, sha256, type Bytes } from './bytes.ts';
import { openNote, type NoteTrust } from './signed-note.ts';

export type { NoteTrust };

export type InclusionAnswer =
  | { readonly kind: 'proven'; readonly index: number; readonly size: number; /** Base64. */ readonly root: string }
  | { readonly kind: 'unproven'; readonly reason: string };

const HEADER = 'c2sp.org/tlog-proof@v1';
const HASH_BYTES = 32;
const unproven = (reason: string): InclusionAnswer => ({ kind: 'unproven', reason });

/**
 * Whether exactly these bytes are an entry of the log, from nothing but pinned keys: the log signed the checkpoint of the proof
 * (C2SP tlog-proof), the quorum of witnesses cosigned it, and the path leads to its root.
 */
export async function checkInclusion(proof: string, entry: Uint8Array, trust: NoteTrust): Promise<InclusionAnswer> {
  const gap = proof.indexOf('\n\n');
  const [header, ...lines] = proof.slice(0, Math.max(gap, 0)).split('\n');
  if (gap < 0 || header !== HEADER) return unproven('This is no tlog-proof.');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const index = decimal(lines[0]?.startsWith('index ') ? lines[0].slice('index '.length) : '');
  const path = lines.slice(1).map(bytesOfBase64);
  if (index === undefined || path.some((hash) => hash?.length !== HASH_BYTES))
    return unproven('The proof has no index, or a line that is no hash.');
  const text = await openNote(proof.slice(gap + 2), trust);
  if (text === undefined) return unproven('Log and witnesses whose keys are pinned have not signed the checkpoint.');
  const [, sizeText = '', root = ''] = text.split('\n');
  const size = decimal(sizeText);
  if (size === undefined || index >= size) return unproven('The checkpoint is of a log that has no such entry.');
  const leaf = await sha256(Uint8Array.of(0), entry);
  const found = await rootOf(
    index,
    size,
    leaf,
    path.filter((hash) => hash !== undefined),
  );
  const expected = bytesOfBase64(root);
  return found && expected && isSame(found, expected)
    ? { kind: 'proven', index, size, root }
    : unproven('The path does not lead to the root of the checkpoint.');
}

function decimal(text: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** RFC 9162, 2.1.3.2. Undefined for a path of another length than the tree has. */
async function rootOf(index: number, size: number, leaf: Bytes, path: readonly Bytes[]): Promise<Bytes | undefined> {
  let [node, last, root] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return undefined;
    const isRight = node % 2 === 1 || node === last;
    root = await sha256(Uint8Array.of(1), ...(isRight ? [sibling, root] : [root, sibling]));
    if (isRight)
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : undefined;
}

/**
 * Whether an entry, the canonical JSON of a DSSE envelope, is signed with an Ed25519 key. Whose key that is, and whether it was
 * enrolled there, is for whoever asks.
 * @param publicKey raw, base64
 */
export async function entrySignatureHolds(entry: Uint8Array, publicKey: string): Promise<boolean> {
  const envelope = parseEnvelope(new TextDecoder().decode(entry));
  const key = bytesOfBase64(publicKey);
  if (!envelope || !key) return false;
  const { payload, payloadType, signature } = envelope;
  const type = bytesOfText(payloadType);
  const head = bytesOfText(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `);
  return ed25519Holds(key, joined(head, payload), signature);
}

const ENVELOPE =
  /^\{"payload":"([^"\\]*)","payloadType":"([^"\\]*)","signatures":\[\{"keyid":"[^"\\]*","sig":"([^"\\]*)"\}\]\}$/;

/** Only the canonical form that entries have. */
function parseEnvelope(text: string): { payload: Bytes; payloadType: string; signature: Bytes } | undefined {
  const [, payload64 = '', payloadType = '', signature64 = ''] = ENVELOPE.exec(text) ?? [];
  const [payload, signature] = [bytesOfBase64(payload64), bytesOfBase64(signature64)];
  return payload && signature && payloadType !== '' ? { payload, payloadType, signature } : undefined;
}
