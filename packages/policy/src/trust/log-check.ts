import { hash } from 'node:crypto';
import { isSoundKey, type Principal, type TrustPolicy } from '@duovir/protocol';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

const ED25519 = 1;
const COSIGNATURE = 4;
const KEY_BYTES = 32;
const HASH_DIGITS = 8;

/** Whether the log's key is nobody's but the server's, and its witnesses are others. */
export function checkLog(policy: TrustPolicy): TrustFinding[] {
  const { log, witnesses } = policy;
  const logKey = keyOf(log.vkey, ED25519);
  const keys = witnesses.vkeys.map((vkey) => keyOf(vkey, COSIGNATURE));
  const distinct = new Set(keys.filter((key) => key !== undefined)).size;
  return [
    ...logKeyFlaws(policy, logKey),
    ...keys.flatMap((key, index) => witnessKeyFlaws(policy, key, ['witnesses', 'vkeys', index])),
    ...keys.flatMap((key, index) =>
      key !== undefined && key === logKey
        ? [trustFinding('witnesses.log-key', ['witnesses', 'vkeys', index], 'A witness signs with the key of the log.')]
        : [],
    ),
    ...(witnesses.quorum > distinct
      ? [
          trustFinding(
            'witnesses.quorum-unreachable',
            ['witnesses', 'quorum'],
            `${witnesses.quorum} cosignatures are asked for; ${distinct} witnesses have a key of their own.`,
          ),
        ]
      : []),
  ];
}

/** The log has the server's key, or one of its own that makes no statements: whoever else had it could fork the log. */
function logKeyFlaws({ principals }: TrustPolicy, key: string | undefined): TrustFinding[] {
  const at = ['log', 'vkey'];
  if (key === undefined) return [trustFinding('log.vkey-malformed', at, 'This is no verifier key.')];
  const other = principals.find((principal) => principal.role !== 'server' && hexOf(principal) === key);
  return other ? [trustFinding('log.key-foreign', at, `The log would be signed with the key of ${other.name}.`)] : [];
}

function witnessKeyFlaws(
  { principals }: TrustPolicy,
  key: string | undefined,
  at: readonly (string | number)[],
): TrustFinding[] {
  if (key === undefined) return [trustFinding('log.vkey-malformed', at, 'This is no verifier key.')];
  const isEnrolled = principals.some((principal) => principal.role === 'witness' && hexOf(principal) === key);
  return isEnrolled ? [] : [trustFinding('log.key-foreign', at, 'No witness is enrolled with this key.')];
}

function hexOf({ publicKey }: Principal): string {
  return Buffer.from(publicKey, 'base64').toString('hex');
}

/** The raw key in hex of a verifier key (C2SP signed-note): `<name>+<hash>+<base64 of type and key>`. */
function keyOf(vkey: string, type: number): string | undefined {
  const [, name = '', keyHash = '', base64 = ''] =
    /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey) ?? [];
  const typed = Buffer.from(base64, 'base64');
  if (typed.length !== 1 + KEY_BYTES || typed[0] !== type || !isSoundKey(typed.subarray(1))) return undefined;
  const expected = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'hex').slice(0, HASH_DIGITS);
  return keyHash === expected ? typed.subarray(1).toString('hex') : undefined;
}
