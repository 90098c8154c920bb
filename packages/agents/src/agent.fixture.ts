import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKey, loadSigner } from '@duovir/principal';
import type { TrustedPolicy } from '@duovir/principal';
import {
  trustPolicyDigest,
  trustPolicySchema,
  type PlanRequest,
  type Principal,
  type Role,
  type RunRequest,
  type Signer,
} from '@duovir/protocol';
import { loadPacks } from './playbook/pack.ts';
import { policy } from './reviewer/motion.fixture.ts';

export const packs = loadPacks(fileURLToPath(new URL('../../../packs', import.meta.url)));
export const clock = (): Date => new Date('2026-01-05T10:00:00.000Z');

/** A signer with a key file of its own, and how the trust policy would name it. */
export function enrol(name: string, role: Role): { readonly signer: Signer; readonly principal: Principal } {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-agent-'));
  const { publicKey } = createKey(folder);
  return { signer: loadSigner(folder, name), principal: { name, role, publicKey, group: 'rules' } };
}

/** A trust policy under which ana and alice may request. */
export function trust(): TrustedPolicy {
  const people = ['alice', 'ana'].map((name) => ({
    ...policy.principals[0],
    name,
    role: 'person',
    mandate: undefined,
  }));
  const trusted = trustPolicySchema.parse({ ...policy, principals: [...policy.principals.slice(0, 2), ...people] });
  return { policy: trusted, digest: trustPolicyDigest(trusted) };
}

export function planRequest(request: Partial<RunRequest> & { readonly goal: string }): PlanRequest {
  return {
    accepted: {
      run: `run-${'c'.repeat(20)}`,
      requester: 'alice',
      acceptedAt: clock().toISOString(),
      request: {
        target: 'sandbox',
        inputs: {},
        environment: 'development',
        dataClass: 'internal',
        occupiedPorts: [],
        ...request,
      },
    },
    salt: '1'.repeat(32),
    revision: 1,
    trustPolicy: `sha256:${'d'.repeat(64)}`,
    commitmentSalt: '2'.repeat(64),
    clarification: null,
    objections: null,
  };
}
