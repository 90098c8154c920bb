import type { AgentInstallation } from '../installation.ts';
import { createGatewayThinker } from './gateway-client.ts';
import type { ModelBrain } from './thinker.ts';

/** Before its own time begins a call may wait as long again for room in the budget. */
const WAITS = 2;
const ROUNDING_MS = 60_000;

/** The model the trust policy gives this agent; null for one that thinks with playbooks and rules. */
export function modelBrainOf(
  { principal, signer, state, trust }: AgentInstallation,
  clock: () => Date,
): ModelBrain | null {
  const { brain } = principal;
  if (brain?.kind !== 'model') return null;
  const model = trust().policy.egress.models.find(({ alias }) => alias === brain.model);
  const timeoutMs = WAITS * (model?.timeoutSeconds ?? 0) * 1000 + ROUNDING_MS;
  const thinker = createGatewayThinker({ signer, clock, socket: state.socket('gateway'), timeoutMs });
  return { thinker, consult: brain.consult };
}
