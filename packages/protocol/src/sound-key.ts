const KEY_BYTES = 32;

/** Points of small order (y = 0, 1, -1 and the two of order 8): whoever enrols one can make signatures that hold for any text. */
const SMALL_ORDER_Y = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/**
 * Whether a raw Ed25519 public key may be enrolled: neither of small order, nor with a y that is not reduced modulo 2^255 - 19,
 * over which verifiers disagree.
 */
export function isSoundKey(rawKey: Uint8Array): boolean {
  if (rawKey.length !== KEY_BYTES) return false;
  const y = Buffer.from(rawKey);
  y[31] = y.readUInt8(31) & 0x7f;
  const isReduced = y.readUInt8(31) < 0x7f || y.readUInt8(0) < 0xed || y.subarray(1, 31).some((byte) => byte !== 0xff);
  return isReduced && !SMALL_ORDER_Y.has(y.toString('hex'));
}
