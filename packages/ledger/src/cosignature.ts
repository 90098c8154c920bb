import { ed25519Holds } from './ed25519.ts';
import type { VerifierKey } from './vkey.ts';

/** What a witness signs: C2SP tlog-cosignature for Ed25519. Time in seconds since 1970. */
export function cosignatureMessage(seconds: number, checkpointText: string): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${checkpointText}`);
}

/** The bytes behind the key id: eight of time, then the signature. */
export function encodeCosignature(seconds: number, signature: Uint8Array): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  return Buffer.concat([time, signature]);
}

/** The time at which `key` cosigned, in seconds since 1970; undefined if it did not. */
export function cosignatureTime(key: VerifierKey, bytes: Buffer, checkpointText: string): number | undefined {
  if (bytes.length !== 72) return undefined;
  const seconds = Number(bytes.readBigUInt64BE());
  if (!Number.isSafeInteger(seconds)) return undefined;
  return ed25519Holds(key.rawKey, cosignatureMessage(seconds, checkpointText), bytes.subarray(8)) ? seconds : undefined;
}
