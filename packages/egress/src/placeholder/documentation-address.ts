import { EgressError } from '../error.ts';

/** Of each /24, the addresses whose last number has three digits, so that none is the beginning of another. */
const FIRST = 100;
const PER_NETWORK = 155;
/** RFC 5737 */
const documentation = ['192.0.2', '198.51.100', '203.0.113'];
const DOCUMENTATION = documentation.length * PER_NETWORK;
/** 198.18.0.0/15, RFC 2544 */
const BENCHMARKING = 512 * PER_NETWORK;

/** An IPv4 address that stands for no host on the Internet: one not taken yet, which one only the keyed seed knows. */
export function documentationAddress(seed: Uint8Array, taken: (address: string) => boolean): string {
  const from = Buffer.from(seed).readUInt32BE(0);
  return (
    firstFree(from, DOCUMENTATION, documentationAt, taken) ??
    firstFree(from, BENCHMARKING, benchmarkingAt, taken) ??
    noneLeft()
  );
}

/** An address of 2001:db8::/32 (RFC 3849): a number, then 64 keyed bits; no zero groups, so there is one way to write it. */
export function documentationAddress6(number: number, seed: Uint8Array): string {
  const bytes = Buffer.from(seed);
  const group = (at: number, least: number): string =>
    (least + (bytes.readUInt16BE(at) % (0x1_00_00 - least))).toString(16);
  if (number > 0xff_ff) noneLeft();
  const groups = [0, 2, 4, 6].map((at) => group(at, 1));
  return `2001:db8:${number.toString(16)}:${groups.join(':')}:${group(8, 0x10_00)}`;
}

function firstFree(
  from: number,
  count: number,
  at: (index: number) => string,
  taken: (address: string) => boolean,
): string | undefined {
  for (let step = 0; step < count; step += 1) {
    const address = at((from + step) % count);
    if (!taken(address)) return address;
  }
  return undefined;
}

function documentationAt(index: number): string {
  return `${documentation[Math.floor(index / PER_NETWORK)] ?? ''}.${FIRST + (index % PER_NETWORK)}`;
}

function benchmarkingAt(index: number): string {
  const network = Math.floor(index / PER_NETWORK);
  return `198.${18 + Math.floor(network / 256)}.${network % 256}.${FIRST + (index % PER_NETWORK)}`;
}

function noneLeft(): never {
  throw new EgressError('placeholders-exhausted', 'This run has used every address that may stand for a real one.');
}
