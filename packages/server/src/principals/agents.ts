import {
  commitmentAnswerSchema,
  diagnoseAnswerSchema,
  patchAnswerSchema,
  planAnswerSchema,
  revealAnswerSchema,
} from '@duovir/protocol';
import type { Model, Principal } from '@duovir/protocol';
import type { HealerPort, PlannerPort, ReviewerPort } from '@duovir/engine';
import { PrincipalError, type UnixClient } from '@duovir/principal';
import { withPatience } from './patience.ts';

/** Rules and playbooks answer within this; a model comes on top. */
const TIMEOUT_MS = 60_000;
/** An agent may ask its model two things for one answer of its own, and each a second time. */
const QUESTIONS = 4;

/** How long an agent may take, by the model that it thinks with. */
export function patienceWith({ brain }: Principal, models: readonly Model[]): number {
  const model = brain?.kind === 'model' && models.find(({ alias }) => alias === brain.model);
  return TIMEOUT_MS + (model ? model.timeoutSeconds * 1000 * QUESTIONS : 0);
}

export function planner(client: UnixClient, timeoutMs: number): PlannerPort {
  return {
    plan: (request) =>
      withPatience(() => client.call({ path: '/v1/plans', body: request, timeoutMs }, planAnswerSchema)),
  };
}

export function reviewer(client: UnixClient, timeoutMs: number): ReviewerPort {
  return {
    commit: (request) =>
      withPatience(() => client.call({ path: '/v1/commitments', body: request, timeoutMs }, commitmentAnswerSchema)),
    reveal: (request) =>
      withPatience(async () => {
        try {
          return await client.call({ path: '/v1/reveals', body: request, timeoutMs }, revealAnswerSchema);
        } catch (error) {
          // A reviewer that was restarted no longer knows what it had committed to.
          if (error instanceof PrincipalError && error.message.startsWith('commitment-unknown:')) return undefined;
          throw error;
        }
      }),
  };
}

export function healer(client: UnixClient, timeoutMs: number): HealerPort {
  return {
    diagnose: (request) =>
      withPatience(() => client.call({ path: '/v1/diagnoses', body: request, timeoutMs }, diagnoseAnswerSchema)),
    patch: (request) =>
      withPatience(() => client.call({ path: '/v1/patches', body: request, timeoutMs }, patchAnswerSchema)),
  };
}
