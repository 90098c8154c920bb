import type { AgentInstallation } from '../installation.ts';
import { createGatewayThinker } from './gateway-client.ts';
import type { ModelBrain } from './thinker.ts';

/** Before a call's own time begins it may wait for room in the budget, for its key and for the guard. */
const WAITS_MS = 180_000;

/** The model the trust policy gives this agent; null for one that thinks with playbooks and rules. */
export function modelBrainOf(
  { principal, signer, state, trust }: AgentInstallation,
  clock: () => Date,
): ModelBrain | null {
  const { brain } = principal;
  if (brain?.kind !== 'model') return null;
  const model = trust().policy.egress.models.find(({ alias }) => alias === brain.model);
  const timeoutMs = (model?.timeoutSeconds ?? 0) * 1000 + WAITS_MS;
  const thinker = createGatewayThinker({ signer, clock, socket: state.socket('gateway'), timeoutMs });
  return { thinker, consult: brain.consult };
}
