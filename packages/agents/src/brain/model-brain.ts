import type { AgentInstallation } from '../installation.ts';
import { createGatewayThinker } from './gateway-client.ts';
import type { ModelBrain } from './thinker.ts';

/** A call may be tried again, and each try takes its whole time; then the gateway itself has given up. */
const TRIES = 4;
const ROUNDING_MS = 60_000;

/** The model the trust policy gives this agent; null for one that thinks with playbooks and rules. */
export function modelBrainOf(
  { principal, signer, state, trust }: AgentInstallation,
  clock: () => Date,
): ModelBrain | null {
  const { brain } = principal;
  if (brain?.kind !== 'model') return null;
  const model = trust().policy.egress.models.find(({ alias }) => alias === brain.model);
  const timeoutMs = TRIES * (model?.timeoutSeconds ?? 0) * 1000 + ROUNDING_MS;
  const thinker = createGatewayThinker({ signer, clock, socket: state.socket('gateway'), timeoutMs });
  return { thinker, consult: brain.consult };
}
