import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey, loadPublicKey, loadSigner } from '@duovir/principal';
import {
  trustPolicySchema,
  withoutLogin,
  type Brain,
  type Model,
  type Principal,
  type Role,
  type Signer,
  type TrustPolicy,
} from '@duovir/protocol';

interface Seat {
  readonly name: string;
  readonly role: Role;
  readonly group: string;
  readonly mandate?: string;
  readonly brain?: Brain;
}

const thinksWith = (model: string): Brain => ({ kind: 'model', model, consult: 'always' });

/** Every agent that can have a model has one, and asks it always; the two reviewers with rules are those of every installation. */
const seats: readonly Seat[] = [
  { name: 'planner', role: 'planner', group: 'llama', brain: thinksWith('open') },
  { name: 'reviewer-security', role: 'reviewer', group: 'duovir-rules', mandate: 'security' },
  { name: 'reviewer-reliability', role: 'reviewer', group: 'duovir-rules', mandate: 'reliability' },
  { name: 'reviewer-goal', role: 'reviewer', group: 'claude', mandate: 'goal', brain: thinksWith('vendor') },
  { name: 'reviewer-cost', role: 'reviewer', group: 'llama', mandate: 'cost', brain: thinksWith('open') },
  { name: 'healer', role: 'healer', group: 'claude', brain: thinksWith('vendor') },
  { name: 'alice', role: 'person', group: 'alice' },
  { name: 'bob', role: 'person', group: 'bob' },
];

export interface Enrolled {
  readonly policy: TrustPolicy;
  readonly signers: ReadonlyMap<string, Signer>;
  close(): void;
}

/** Keys for everybody, and the trust policy that `duovir init --models` would make of them. */
export function enrol(modelServer: string): Enrolled {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-injection-'));
  const signers = new Map<string, Signer>();
  const principals = seats.map((seat): Principal => {
    const own = join(folder, seat.name);
    createKey(own);
    signers.set(seat.name, loadSigner(own, seat.name));
    return { ...seat, publicKey: loadPublicKey(own) };
  });
  return { policy: policyOf(principals, modelServer), signers, close: () => rmSync(folder, { recursive: true }) };
}

const rule = (approvals: number, groups: number, people: number) => ({
  reviewers: approvals,
  approvals,
  groups,
  adversary: false,
  veto: 'high',
  reviewSeconds: 60,
  people,
  cardholderPeople: people,
  peopleTimeoutSeconds: 60,
  permitSeconds: 60,
});
const cap = { tokens: 2_000_000_000, microUsd: 1_000_000_000_000 };

function policyOf(principals: readonly Principal[], modelServer: string): TrustPolicy {
  const model: Omit<Model, 'alias' | 'provider' | 'model' | 'family'> = {
    endpoint: `${modelServer}/v1`,
    key: { kind: 'none' },
    dataClasses: ['public', 'internal'],
    price: { kind: 'fixed', input: 1, output: 1, cacheRead: 1, cacheWrite: 1 },
    maxOutputTokens: 16_000,
    timeoutSeconds: 60,
  };
  const models: readonly Model[] = [
    { alias: 'open', provider: 'openai-compatible', model: 'llama-4', family: 'llama', ...model },
    { alias: 'vendor', provider: 'anthropic', model: 'claude-sonnet-4-5', family: 'claude', ...model },
  ];
  return trustPolicySchema.parse({
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Injection',
    version: 1,
    issuedAt: '2026-01-01T00:00:00.000Z',
    log: { origin: 'log.example', vkey: 'log.example+00000000+AA==' },
    witnesses: { quorum: 1, vkeys: ['witness.example+00000000+AA=='] },
    ...withoutLogin,
    principals,
    quorum: { R0: rule(0, 0, 0), R1: rule(2, 2, 0), R2: rule(2, 2, 1), R3: rule(2, 2, 1) },
    envelopes: [
      {
        id: 'port-overlap',
        signature: 'net.port-in-use',
        inputs: ['port', 'upstreamPort'],
        range: { kind: 'port', from: 5000, to: 9999 },
        environments: ['development', 'staging'],
        attempts: 2,
      },
    ],
    heals: { perStep: 2, perRun: 5 },
    budget: { day: cap, team: cap, agent: cap, run: cap, motion: cap, landingPercent: 10 },
    egress: { models, allowed: ['public', 'internal'], internalDomains: [] },
  });
}
