import { hash } from 'node:crypto';
import { publicKeyFromRaw, signatureHolds } from '@duovir/protocol';

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

const NEUTRAL: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n };
const BASE = decodePoint(Buffer.from(`58${'66'.repeat(31)}`, 'hex')) ?? NEUTRAL;

/**
 * Whether an Ed25519 signature holds as RFC 8032 has it without the cofactor, which is what Go, Python and OpenSSL 3.0
 * compute. Newer OpenSSL refuses keys and commitments of small order; the verdict on a log must not depend on which
 * one its auditor has, so those are decided here. Enrolment refuses such keys (`parseVkey`).
 */
export function ed25519Holds(rawKey: Buffer, message: Uint8Array, signature: Buffer): boolean {
  if (rawKey.length !== 32 || signature.length !== 64) return false;
  if (signatureHolds(publicKeyFromRaw(rawKey.toString('base64')), message, signature)) return true;
  const [key, commitment] = [decodePoint(rawKey), decodePoint(signature.subarray(0, 32))];
  if (!key || !commitment || !(isSmallOrder(key) || isSmallOrder(commitment))) return false;
  const scalar = littleEndian(signature.subarray(32));
  if (scalar >= ORDER) return false;
  const challenge = littleEndian(hash('sha512', Buffer.concat([signature.subarray(0, 32), rawKey, message]), 'buffer'));
  const negatedKey = { ...key, X: modulo(-key.X), T: modulo(-key.T) };
  const expected = add(multiply(BASE, scalar), multiply(negatedKey, challenge % ORDER));
  return encodePoint(expected).equals(signature.subarray(0, 32));
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = modulo(base), rest = exponent; rest > 0n; rest >>= 1n, square = modulo(square * square))
    if (rest & 1n) result = modulo(result * square);
  return result;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(Uint8Array.from(bytes).toReversed()).toString('hex')}`);
}

/** RFC 8032, 5.1.3, except that y may be written unreduced, as the others allow. */
function decodePoint(bytes: Buffer): Point | undefined {
  const encoded = littleEndian(bytes);
  const y = modulo(encoded & (2n ** 255n - 1n));
  const isOdd = encoded >> 255n === 1n;
  const u = modulo(y * y - 1n);
  const v = modulo(D * y * y + 1n);
  let x = modulo(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (modulo(v * x * x) !== u) x = modulo(x * ROOT_OF_MINUS_ONE);
  if (modulo(v * x * x) !== u) return undefined;
  if (((x & 1n) === 1n) !== isOdd) x = modulo(-x);
  return { X: x, Y: y, Z: 1n, T: modulo(x * y) };
}

function encodePoint({ X, Y, Z }: Point): Buffer {
  const inverse = power(Z, P - 2n);
  const sign = (modulo(X * inverse) & 1n) << 255n;
  const hex = (modulo(Y * inverse) | sign).toString(16).padStart(64, '0');
  return Buffer.from(Uint8Array.from(Buffer.from(hex, 'hex')).toReversed());
}

/** Complete for all points of the curve (RFC 8032, 5.1.4). */
function add(left: Point, right: Point): Point {
  const a = modulo((left.Y - left.X) * (right.Y - right.X));
  const b = modulo((left.Y + left.X) * (right.Y + right.X));
  const c = modulo(2n * D * left.T * right.T);
  const d = modulo(2n * left.Z * right.Z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { X: modulo(e * f), Y: modulo(g * h), Z: modulo(f * g), T: modulo(e * h) };
}

function multiply(point: Point, scalar: bigint): Point {
  let result = NEUTRAL;
  for (let double = point, rest = scalar; rest > 0n; rest >>= 1n, double = add(double, double))
    if (rest & 1n) result = add(result, double);
  return result;
}

function isSmallOrder(point: Point): boolean {
  const { X, Y, Z } = multiply(point, 8n);
  return X === 0n && Y === Z;
}
