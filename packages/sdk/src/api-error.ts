import { DuovirError, type Consequence, type Problem } from '@duovir/protocol';

export type ApiErrorCode = 'refused' | 'unavailable' | 'unreachable' | 'answer-malformed';

const consequences: Record<ApiErrorCode, Consequence> = {
  refused: 'refuse',
  unavailable: 'retry',
  unreachable: 'retry',
  'answer-malformed': 'refuse',
};

/** A call that brought no answer, or a problem (RFC 9457) as the answer. */
export class ApiError extends DuovirError<ApiErrorCode> {
  /** What the server said; undefined when it said nothing. */
  readonly problem: Problem | undefined;

  constructor(code: ApiErrorCode, message: string, details: { remedy: string; problem?: Problem; cause?: unknown }) {
    super(code, message, { consequence: consequences[code], remedy: details.remedy, cause: details.cause });
    this.problem = details.problem;
  }
}

export function refusal(problem: Problem): ApiError {
  const flaws = (problem.errors ?? []).map(({ pointer, message }) => ` ${pointer}: ${message}.`).join('');
  const code = problem.status === 503 ? 'unavailable' : 'refused';
  return new ApiError(code, problem.detail + flaws, { remedy: problem.remedy, problem });
}

export function unreachable(url: string, cause: unknown): ApiError {
  const remedy = 'Check that Duovir is up (`duovir status`) and that the address is right.';
  return new ApiError('unreachable', `Nobody answers at ${url}.`, { remedy, cause });
}

export function malformed(what: string, cause?: unknown): ApiError {
  const remedy = 'Check that client and server are of the same version of Duovir.';
  return new ApiError('answer-malformed', `The server's answer was refused: ${what}`, { remedy, cause });
}
