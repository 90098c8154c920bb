import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { formatVkey, logNoteSigner, witnessNoteSigner, type NoteSigner } from '@duovir/ledger';
import { signTrustPolicy } from '@duovir/principal';
import {
  keyIdOf,
  parseEnvelope,
  rawPublicKey,
  trustPolicyDigest,
  withoutLogin,
  withoutModels,
  type Digest,
  type Envelope,
  type Principal,
  type QuorumRule,
  type Signer,
  type TrustPolicy,
} from '@duovir/protocol';

export const ORIGIN = 'duovir.local/bench-audit';
export const TIME = '2026-01-01T00:00:00.000Z';

const ROLES = {
  server: 'server',
  planner: 'planner',
  'reviewer-security': 'reviewer',
  'reviewer-reliability': 'reviewer',
  runner: 'runner',
  attestor: 'attestor',
} as const satisfies Readonly<Record<string, Principal['role']>>;
export type Voice = keyof typeof ROLES;

/** The private keys of everybody who speaks; they can be handed to a worker thread. */
export type Keys = Readonly<Record<Voice, KeyObject>>;

export interface Organisation {
  readonly keys: Keys;
  readonly log: NoteSigner;
  readonly witness: NoteSigner;
  /** Raw, base64. */
  readonly officer: string;
  readonly trustPolicy: Envelope;
  readonly policyDigest: Digest;
}

const RULE: QuorumRule = {
  reviewers: 2,
  approvals: 2,
  groups: 2,
  adversary: false,
  veto: 'high',
  reviewSeconds: 60,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: 60,
  permitSeconds: 600,
};

const rawKeyOf = (key: KeyObject): Buffer => rawPublicKey(createPublicKey(key));

export function signerOf(principal: string, key: KeyObject): Signer {
  return { principal, keyId: keyIdOf(principal, rawKeyOf(key)), sign: async (bytes) => sign(null, bytes, key) };
}

/** As many principals as a run of low risk needs, with fresh keys. */
export async function foundOrganisation(): Promise<Organisation> {
  const fresh = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
  const [officer, logKey, witnessKey] = [fresh(), fresh(), fresh()];
  const keys: Keys = {
    server: fresh(),
    planner: fresh(),
    'reviewer-security': fresh(),
    'reviewer-reliability': fresh(),
    runner: fresh(),
    attestor: fresh(),
  };
  const log = logNoteSigner({ name: ORIGIN, publicKey: rawKeyOf(logKey), signer: signerOf('log', logKey) });
  const witnessName = `${ORIGIN}/witness`;
  const witness = witnessNoteSigner({
    name: witnessName,
    publicKey: rawKeyOf(witnessKey),
    signer: signerOf('witness', witnessKey),
  });
  const policy: TrustPolicy = {
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Bench',
    version: 1,
    issuedAt: TIME,
    log: { origin: ORIGIN, vkey: formatVkey(ORIGIN, 'log', rawKeyOf(logKey)) },
    witnesses: { quorum: 1, vkeys: [formatVkey(witnessName, 'witness', rawKeyOf(witnessKey))] },
    principals: (Object.keys(ROLES) as Voice[]).map((name) => ({
      name,
      role: ROLES[name],
      publicKey: rawKeyOf(keys[name]).toString('base64'),
      group: name,
    })),
    quorum: { R0: RULE, R1: RULE, R2: RULE, R3: RULE },
    envelopes: [],
    heals: { perStep: 1, perRun: 2 },
    ...withoutLogin,
    requests: { signedFrom: 'R3' },
    ...withoutModels,
  };
  return {
    keys,
    log,
    witness,
    officer: rawKeyOf(officer).toString('base64'),
    trustPolicy: parseEnvelope(Buffer.from(await signTrustPolicy(signerOf('officer', officer), policy))),
    policyDigest: trustPolicyDigest(policy),
  };
}
