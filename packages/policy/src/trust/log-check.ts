import { hash } from 'node:crypto';
import type { Role, TrustPolicy } from '@duovir/protocol';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

const ED25519 = 1;
const COSIGNATURE = 4;
const KEY_BYTES = 32;
const HASH_DIGITS = 8;

/** Whether the log is the server's, and its witnesses are others. */
export function checkLog(policy: TrustPolicy): TrustFinding[] {
  const { log, witnesses } = policy;
  const logKey = keyOf(log.vkey, ED25519);
  const keys = witnesses.vkeys.map((vkey) => keyOf(vkey, COSIGNATURE));
  const distinct = new Set(keys.filter((key) => key !== undefined)).size;
  return [
    ...keyFlaws(policy, logKey, 'server', ['log', 'vkey']),
    ...keys.flatMap((key, index) => keyFlaws(policy, key, 'witness', ['witnesses', 'vkeys', index])),
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

function keyFlaws(
  { principals }: TrustPolicy,
  key: string | undefined,
  role: Role,
  at: readonly (string | number)[],
): TrustFinding[] {
  if (key === undefined) return [trustFinding('log.vkey-malformed', at, 'This is no verifier key.')];
  const isEnrolled = principals.some(
    (principal) => principal.role === role && Buffer.from(principal.publicKey, 'base64').toString('hex') === key,
  );
  return isEnrolled ? [] : [trustFinding('log.key-foreign', at, `No ${role} is enrolled with this key.`)];
}

/** The raw key in hex of a verifier key (C2SP signed-note): `<name>+<hash>+<base64 of type and key>`. */
function keyOf(vkey: string, type: number): string | undefined {
  const [, name = '', keyHash = '', base64 = ''] =
    /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey) ?? [];
  const typed = Buffer.from(base64, 'base64');
  if (typed.length !== 1 + KEY_BYTES || typed[0] !== type) return undefined;
  const expected = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'hex').slice(0, HASH_DIGITS);
  return keyHash === expected ? typed.subarray(1).toString('hex') : undefined;
}
