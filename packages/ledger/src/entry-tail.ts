import { isEntryKind, type EntryKind } from '@duovir/protocol';

/** What an entry is about. */
export interface EntryTail {
  readonly kind: EntryKind;
  readonly run: string;
}

/** In base64, more than a canonical statement has from `predicateType` to its end; a multiple of four. */
const TAIL_CHARACTERS = 320;
const PAYLOAD_START = Buffer.byteLength('{"payload":"');
const QUOTE = 0x22;
const TAIL =
  /"predicateType":"urn:duovir:([a-z-]+):v1","subject":\[\{"digest":\{"sha256":"[0-9a-f]{64}"\},"name":"(run-[a-z2-7]{20}|duovir)"\}\]\}$/;

/**
 * Reads from the end of an entry what it is about, without looking at the rest. In a canonical statement these are the last
 * bytes and can stand nowhere else: where they match, and the statement is one, it says the same.
 */
export function readTail(bytes: Buffer): EntryTail | undefined {
  const end = bytes.indexOf(QUOTE, PAYLOAD_START);
  if (end < 0 || (end - PAYLOAD_START) % 4 !== 0) return undefined;
  const start = Math.max(PAYLOAD_START, end - TAIL_CHARACTERS);
  const text = Buffer.from(bytes.toString('latin1', start, end), 'base64').toString('latin1');
  const [, kind, run] = TAIL.exec(text) ?? [];
  return kind !== undefined && run !== undefined && isEntryKind(kind) ? { kind, run } : undefined;
}
