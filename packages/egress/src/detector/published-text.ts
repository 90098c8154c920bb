import { armourEndAfter, armourStartBefore } from './armour.ts';

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Certificates, requests, public keys and signatures: everything in armour that is not private. */
const ARMOUR_EDGE = /-----(?<edge>BEGIN|END) (?!(?:[A-Z0-9]+ ){0,3}PRIVATE)[A-Z0-9 ]{1,40}-----/g;
const PUBLIC_KEY = /(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d{3}) [A-Za-z0-9+/=]{20,2048}/g;
const EMBEDDED_FILE = /data:[\w/+.-]{3,60};base64,[A-Za-z0-9+/=]{0,65536}/g;
const CHECKSUM = /\b(?:sha(?:1|256|384|512)[-:]|h1:)[A-Za-z0-9+/=_-]{20,128}/g;

/** Where long random text stands that everybody may read, also where its first or its last line is cut off. */
export function publishedTextIn(text: string): Place[] {
  const armoured = [...text.matchAll(ARMOUR_EDGE)].map(({ index, 0: found, groups }) =>
    groups?.['edge'] === 'BEGIN'
      ? { start: index, end: armourEndAfter(text, index + found.length) }
      : { start: armourStartBefore(text, lineStart(text, index)), end: index + found.length },
  );
  const others = [PUBLIC_KEY, EMBEDDED_FILE, CHECKSUM].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ start: index, end: index + found.length })),
  );
  return [...armoured, ...others];
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}
