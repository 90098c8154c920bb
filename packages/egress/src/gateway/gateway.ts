import type { Plan, TrustPolicy } from '@duovir/protocol';
import { EgressError } from '../error.ts';

/** What an agent would ask a model. */
export interface ModelCall {
  readonly run: string;
  readonly agent: string;
  readonly dataClass: Plan['dataClass'];
  readonly prompt: string;
}

/** The only way out of the server towards a model. */
export interface ModelGateway {
  /** Rejects with `no-model-configured`: this version of the trust policy cannot name a model. */
  call(request: ModelCall): Promise<never>;
}

/**
 * The gateway of an installation without a model: closed. It refuses before it reserves, records or looks at anything,
 * so nothing can be spent and nothing can leave (Invariants 7 and 8).
 */
export function createGateway(trust: () => TrustPolicy): ModelGateway {
  return {
    async call({ agent }) {
      const { version } = trust();
      throw new EgressError(
        'no-model-configured',
        `${agent} asked for a model; trust policy version ${version} allows none, so nothing was sent.`,
      );
    },
  };
}
