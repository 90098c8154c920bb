import { randomBytes } from 'node:crypto';
import { acceptedRequestSchema, type AcceptedRequest, type PlanRequest, type RunRequest } from '@duovir/protocol';
import type { Council } from './council.ts';
import { letters } from './gateway.ts';

type Wishes = Partial<RunRequest> & { readonly goal: string };

/** @throws ZodError where the API refuses the request. */
export function acceptedRequest(wishes: Wishes): AcceptedRequest {
  return acceptedRequestSchema.parse({
    run: `run-${letters(20)}`,
    requester: 'alice',
    acceptedAt: new Date().toISOString(),
    request: { target: 'sandbox', ...wishes },
  });
}

export function planRequest(council: Council, accepted: AcceptedRequest): PlanRequest {
  return {
    accepted,
    salt: randomBytes(16).toString('hex'),
    revision: 1,
    trustPolicy: council.trusted.digest,
    commitmentSalt: randomBytes(32).toString('hex'),
    clarification: null,
    objections: null,
  };
}
