import type { Json } from '@duovir/protocol';

export function openaiProblem(status: number, message: string): Json {
  return { error: { message, type: typeOf(status), param: null, code: null } };
}

function typeOf(status: number): string {
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
