import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createKey,
  loadPublicKey,
  loadSigner,
  placeTrustPolicy,
  signTrustPolicy,
  stateDirectory,
} from '@duovir/principal';
import {
  trustPolicyDigest,
  type Digest,
  type Principal,
  type QuorumRule,
  type Role,
  type TrustPolicy,
  withoutLogin,
  withoutModels,
} from '@duovir/protocol';
import { MemoryLog, type KeyedSigner } from './memory-log.ts';

const ENROLLED: readonly { name: string; role: Role; group: string }[] = [
  { name: 'server', role: 'server', group: 'server' },
  { name: 'planner', role: 'planner', group: 'planner' },
  { name: 'reviewer-security', role: 'reviewer', group: 'security-rules' },
  { name: 'reviewer-reliability', role: 'reviewer', group: 'reliability-rules' },
  { name: 'reviewer-twin', role: 'reviewer', group: 'security-rules' },
  { name: 'healer', role: 'healer', group: 'healer' },
  { name: 'runner', role: 'runner', group: 'runner' },
  { name: 'attestor', role: 'attestor', group: 'attestor' },
  { name: 'alice', role: 'person', group: 'people' },
  { name: 'bob', role: 'person', group: 'people' },
  { name: 'carol', role: 'person', group: 'people' },
];

const rule: QuorumRule = {
  reviewers: 2,
  approvals: 2,
  groups: 2,
  adversary: false,
  veto: 'high',
  reviewSeconds: 30,
  people: 0,
  cardholderPeople: 1,
  peopleTimeoutSeconds: 60,
  permitSeconds: 300,
};

/** A state directory with real keys and a really signed trust policy. */
export interface Installation {
  readonly root: string;
  readonly state: ReturnType<typeof stateDirectory>;
  readonly log: MemoryLog;
  readonly policy: TrustPolicy;
  readonly digest: Digest;
  signer(name: string): KeyedSigner;
  /** Puts another policy in force, signed by the officer unless told otherwise. */
  enforce(policy: TrustPolicy, signedBy?: KeyedSigner): Promise<Digest>;
  remove(): void;
}

export async function install(): Promise<Installation> {
  const root = mkdtempSync(join(tmpdir(), 'duovir-permit-'));
  const state = stateDirectory(root);
  for (const folder of [state.sockets, state.trust]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const signers = new Map<string, KeyedSigner>();
  const enrol = (name: string, folder: string): KeyedSigner => {
    createKey(folder);
    const signer = loadSigner(folder, name);
    signers.set(name, signer);
    return signer;
  };
  const officer = enrol('officer', state.officer);
  const log = new MemoryLog(enrol('log', join(root, 'log-key')), enrol('witness', state.principal('witness')));
  const principals = ENROLLED.map(({ name, role, group }): Principal => {
    enrol(name, state.principal(name));
    return { name, role, group, publicKey: loadPublicKey(state.principal(name)) };
  });
  for (const name of ['runner', 'attestor', 'witness'])
    copyFileSync(join(state.officer, 'public.pem'), join(state.principal(name), 'officer.pem'));

  const policy: TrustPolicy = {
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Test',
    version: 1,
    issuedAt: '2026-01-01T00:00:00.000Z',
    log: { origin: log.origin, vkey: log.logVkey },
    witnesses: { quorum: 1, vkeys: [log.witnessVkey] },
    principals,
    quorum: { R0: rule, R1: rule, R2: { ...rule, people: 1 }, R3: { ...rule, people: 2 } },
    envelopes: [
      {
        id: 'database-port',
        signature: 'postgresql/port-in-use',
        inputs: ['port'],
        range: { kind: 'port', from: 5433, to: 5440 },
        environments: ['development'],
        attempts: 2,
      },
    ],
    heals: { perStep: 2, perRun: 4 },
    ...withoutLogin,
    breakGlass: { people: 2, minutes: 60, classes: ['R1', 'R2'] },
    ...withoutModels,
  };
  const enforce = async (next: TrustPolicy, signedBy = officer): Promise<Digest> => {
    placeTrustPolicy(state.trustPolicy, next.version, await signTrustPolicy(signedBy, next));
    return trustPolicyDigest(next);
  };
  const signer = (name: string): KeyedSigner => {
    const found = signers.get(name);
    if (!found) throw new RangeError(`nobody is called ${name}`);
    return found;
  };
  return {
    root,
    state,
    log,
    policy,
    digest: await enforce(policy),
    signer,
    enforce,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
