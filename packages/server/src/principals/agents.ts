import {
  commitmentAnswerSchema,
  diagnoseAnswerSchema,
  patchAnswerSchema,
  planAnswerSchema,
  rebuttalAnswerSchema,
  revealAnswerSchema,
  type Model,
  type Principal,
  type RebuttalAnswer,
  type RebuttalRequest,
} from '@duovir/protocol';
import type { HealerPort, PlannerPort, ReviewerPort } from '@duovir/engine';
import { withPatience, PrincipalError, type UnixClient } from '@duovir/principal';
import type { Hearing } from './hearing.ts';

/** Rules and playbooks answer within this; a model comes on top. */
const TIMEOUT_MS = 60_000;
/** An agent may ask its model two things for one answer of its own, and each a second time. */
const QUESTIONS = 4;

/** How long an agent may take, by the model that it thinks with. */
export function patienceWith({ brain }: Principal, models: readonly Model[]): number {
  const model = brain?.kind === 'model' && models.find(({ alias }) => alias === brain.model);
  return TIMEOUT_MS + (model ? model.timeoutSeconds * 1000 * QUESTIONS : 0);
}

export function planner(client: UnixClient, timeoutMs: number, hearing: Hearing): PlannerPort {
  const hear = listening(hearing);
  return {
    plan: (request) => hear(() => client.call({ path: '/v1/plans', body: request, timeoutMs }, planAnswerSchema)),
    rebut: (request) => hear(() => rebut(client, request, timeoutMs)),
  };
}

export function reviewer(client: UnixClient, hearing: Hearing): ReviewerPort {
  const hear = listening(hearing);
  return {
    commit: (request, limitMs) =>
      hear(
        () => client.call({ path: '/v1/commitments', body: request, timeoutMs: limitMs }, commitmentAnswerSchema),
        limitMs,
      ),
    reveal: (request, limitMs) =>
      hear(async () => {
        try {
          const call = { path: '/v1/reveals', body: request, timeoutMs: limitMs };
          return await client.call(call, revealAnswerSchema);
        } catch (error) {
          // A reviewer that was restarted no longer knows what it had committed to.
          if (error instanceof PrincipalError && error.message.startsWith('commitment-unknown:')) return undefined;
          throw error;
        }
      }, limitMs),
  };
}

export function healer(client: UnixClient, timeoutMs: number, hearing: Hearing): HealerPort {
  const hear = listening(hearing);
  return {
    diagnose: (request) =>
      hear(() => client.call({ path: '/v1/diagnoses', body: request, timeoutMs }, diagnoseAnswerSchema)),
    patch: (request) => hear(() => client.call({ path: '/v1/patches', body: request, timeoutMs }, patchAnswerSchema)),
    rebut: (request) => hear(() => rebut(client, request, timeoutMs)),
  };
}

/** The proposer answers what was found against its motion. */
function rebut(client: UnixClient, request: RebuttalRequest, timeoutMs: number): Promise<RebuttalAnswer> {
  return client.call({ path: '/v1/rebuttals', body: request, timeoutMs }, rebuttalAnswerSchema);
}

/** Asks with patience, and hears the answer as long as anybody does. */
function listening(hearing: Hearing): <Answer>(ask: () => Promise<Answer>, limitMs?: number) => Promise<Answer> {
  return (ask, limitMs) => hearing.of(withPatience(ask, limitMs));
}
