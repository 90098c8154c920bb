import { EgressError } from '../error.ts';

/** The address as it will be asked, if the model has it. Everything else the provider's client might want is refused. */
export function permittedUrl(
  input: string | URL | Request,
  { method }: RequestInit,
  permitted: readonly string[],
): string {
  if (typeof input === 'string' || input instanceof URL) {
    const { href } = new URL(input);
    if (method === 'POST' && permitted.some((url) => new URL(url).href === href)) return href;
  }
  throw new EgressError('request-unexpected', 'The client of the provider wanted to ask another address.');
}

/** The bytes as they will be on the wire. What is neither text nor bytes cannot be looked at. */
export function exactBytes(body: RequestInit['body']): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return Uint8Array.from(body);
  throw new EgressError('request-unexpected', 'The client of the provider wanted to send something else than text.');
}

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);

/** Whether a request failed before there was anybody to take a byte of it. */
export function isNeverConnected(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && NEVER_CONNECTED.has(String(cause.code));
}
