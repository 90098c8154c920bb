import { formatVkey } from '@duovir/ledger';
import {
  ADVERSARY,
  withoutLogin,
  withoutModels,
  type HealEnvelope,
  type Principal,
  type TrustPolicy,
} from '@duovir/protocol';
import { defaultQuorum } from './default-quorum.ts';
import type { ModelsFile } from './models-file.ts';

export interface Installation {
  /** Twelve random hex digits: two installations never share an origin. */
  readonly id: string;
  readonly issuedAt: Date;
  readonly principals: readonly Principal[];
  readonly models?: ModelsFile | undefined;
}

function rawKey({ principals }: Installation, name: string): Buffer {
  const principal = principals.find((candidate) => candidate.name === name);
  if (!principal) throw new RangeError(`The installation has no principal ${name}.`);
  return Buffer.from(principal.publicKey, 'base64');
}

const portOverlap = (id: string, inputs: string[], from: number, to: number): HealEnvelope => ({
  id,
  signature: 'net.port-in-use',
  inputs,
  range: { kind: 'port', from, to },
  environments: ['development', 'staging'],
  attempts: 2,
});

/**
 * What a new installation trusts. Where rules are the only brains there are, they alone carry R1; where reviewers of other
 * groups are, two groups must agree. From R2 on a person is needed. A security officer signs a stricter one when the installation leaves the workstation.
 */
export function defaultPolicy(installation: Installation): TrustPolicy {
  const { models } = installation;
  const voters = installation.principals.filter(({ role, mandate }) => role === 'reviewer' && mandate !== ADVERSARY);
  const groups = Math.min(new Set(voters.map(({ group }) => group)).size, 2);
  const origin = `duovir.local/${installation.id}`;
  return {
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Local installation',
    version: 1,
    issuedAt: installation.issuedAt.toISOString(),
    log: { origin, vkey: formatVkey(origin, 'log', rawKey(installation, 'server')) },
    witnesses: {
      quorum: 1,
      vkeys: [formatVkey(`${origin}/witness`, 'witness', rawKey(installation, 'witness'))],
    },
    principals: [...installation.principals],
    quorum: { ...defaultQuorum(groups, voters.length), ...given(models) },
    ...withoutLogin,
    breakGlass: { people: 2, minutes: 60, classes: ['R1', 'R2', 'R3'] },
    envelopes: [
      portOverlap('port-overlap', ['port', 'upstreamPort'], 5000, 9999),
      portOverlap('bus-port-overlap', ['busPort'], 15_000, 19_999),
    ],
    heals: { perStep: 2, perRun: 5 },
    ...(models ? { budget: models.budget, egress: models.egress } : withoutModels),
  };
}

function given(models: ModelsFile | undefined): Partial<TrustPolicy['quorum']> {
  const rules = Object.entries(models?.quorum ?? {}).filter(([, quorum]) => quorum !== undefined);
  return Object.fromEntries(rules);
}
