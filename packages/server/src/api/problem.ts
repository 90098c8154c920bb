import { STATUS_CODES } from 'node:http';
import { DuovirError, type Consequence, type Problem } from '@duovir/protocol';
import { ServerError } from '../error.ts';

/** HTTP status by error code; the rest goes by what the caller may do. */
const statuses: Readonly<Record<string, number>> = {
  unauthenticated: 401,
  'login-missing': 404,
  'login-invalid': 400,
  'page-foreign': 403,
  'token-expired': 401,
  'token-revoked': 401,
  forbidden: 403,
  'scope-missing': 403,
  'scope-escalation': 403,
  separation: 403,
  'approval-foreign': 403,
  'statement-foreign': 403,
  'request-unsigned': 403,
  'break-glass-closed': 403,
  'host-refused': 421,
  'path-unknown': 404,
  'run-unknown': 404,
  'stop-unknown': 404,
  'grant-unknown': 404,
  'call-unknown': 404,
  'plan-missing': 404,
  'setting-unknown': 404,
  'document-missing': 404,
  'document-shredded': 410,
  'blob-unknown': 404,
  'entry-missing': 404,
  'tile-missing': 404,
  'motion-unknown': 404,
  'token-unknown': 404,
  'method-refused': 405,
  'body-too-large': 413,
  'media-type-refused': 415,
  'json-malformed': 400,
  'request-invalid': 422,
  'approval-invalid': 422,
  'trust-policy-invalid': 422,
  'trust-policy-unsound': 422,
  'trust-policy-unknown': 404,
  'statement-invalid': 422,
  'break-glass-wider': 422,
  'passkey-invalid': 422,
  'passkey-place': 422,
  'idempotency-key-reused': 422,
};
const fallbacks: Readonly<Record<Consequence, number>> = { refuse: 409, retry: 503, 'ask-person': 503 };

const SHOWN_FLAWS = 32;

/** RFC 9457. What is not one of our errors is told to the log, not to the caller. */
export function problemOf(error: unknown, instance: string): Problem {
  if (!(error instanceof DuovirError)) {
    console.error(error);
    return {
      ...base('internal', 500, instance),
      detail: 'Something failed that should not have.',
      remedy: "Look into the server's log for the time of this request.",
    };
  }
  const code = String(error.code);
  const status = statuses[code] ?? fallbacks[error.consequence];
  if (status >= 500) console.error(error);
  const flaws = error instanceof ServerError ? error.flaws.slice(0, SHOWN_FLAWS) : [];
  return {
    ...base(code, status, instance),
    detail: error.message,
    remedy: error.remedy,
    ...(flaws.length > 0 ? { errors: [...flaws] } : {}),
  };
}

function base(
  code: string,
  status: number,
  instance: string,
): Pick<Problem, 'type' | 'title' | 'status' | 'code' | 'instance'> {
  return { type: `urn:duovir:problem:${code}`, title: STATUS_CODES[status] ?? 'Error', status, code, instance };
}

export function problemResponse(error: unknown, path: string, headers: Record<string, string> = {}): Response {
  const problem = problemOf(error, path);
  const retry: Record<string, string> = problem.status === 503 ? { 'retry-after': '1' } : {};
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...retry, ...headers },
  });
}
