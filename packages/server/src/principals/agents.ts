import {
  commitmentAnswerSchema,
  diagnoseAnswerSchema,
  patchAnswerSchema,
  planAnswerSchema,
  revealAnswerSchema,
} from '@duovir/protocol';
import type { HealerPort, PlannerPort, ReviewerPort } from '@duovir/engine';
import { PrincipalError, type UnixClient } from '@duovir/principal';
import { withPatience } from './patience.ts';

const TIMEOUT_MS = 60_000;

export function planner(client: UnixClient): PlannerPort {
  return {
    plan: (request) =>
      withPatience(() => client.call({ path: '/v1/plans', body: request, timeoutMs: TIMEOUT_MS }, planAnswerSchema)),
  };
}

export function reviewer(client: UnixClient): ReviewerPort {
  return {
    commit: (request) =>
      withPatience(() =>
        client.call({ path: '/v1/commitments', body: request, timeoutMs: TIMEOUT_MS }, commitmentAnswerSchema),
      ),
    reveal: (request) =>
      withPatience(async () => {
        try {
          return await client.call({ path: '/v1/reveals', body: request, timeoutMs: TIMEOUT_MS }, revealAnswerSchema);
        } catch (error) {
          // A reviewer that was restarted no longer knows what it had committed to.
          if (error instanceof PrincipalError && error.message.startsWith('commitment-unknown:')) return undefined;
          throw error;
        }
      }),
  };
}

export function healer(client: UnixClient): HealerPort {
  return {
    diagnose: (request) =>
      withPatience(() =>
        client.call({ path: '/v1/diagnoses', body: request, timeoutMs: TIMEOUT_MS }, diagnoseAnswerSchema),
      ),
    patch: (request) =>
      withPatience(() => client.call({ path: '/v1/patches', body: request, timeoutMs: TIMEOUT_MS }, patchAnswerSchema)),
  };
}
