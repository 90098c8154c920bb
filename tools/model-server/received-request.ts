import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Digest } from '@duovir/protocol';

/** A request as it came off the socket. */
export interface ReceivedRequest {
  /** From 1, in the order in which bodies were complete. */
  readonly number: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of the body's exact bytes. */
  readonly digest: Digest;
  readonly receivedAt: Date;
  /** `open` while the answer is being written, `left` when the client went away before its end. */
  state: 'open' | 'answered' | 'left';
}

export function digestOfBody(body: Buffer): Digest {
  return `sha256:${hash('sha256', body, 'hex')}`;
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const CREDENTIALS = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie']);

/** For a file: no key that a client sent may end in one, so credentials are told by their digest. */
export function withoutCredentials({ body, receivedAt, headers, state: _state, ...rest }: ReceivedRequest): object {
  const told = Object.entries(headers).map(([name, value]) => [
    name,
    CREDENTIALS.has(name) ? digestOfBody(Buffer.from(String(value))) : value,
  ]);
  return {
    ...rest,
    receivedAt: receivedAt.toISOString(),
    headers: Object.fromEntries(told),
    body: body.toString('base64'),
  };
}
