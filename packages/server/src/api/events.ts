import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import * as z from 'zod';
import type { Reader } from '../access/reader.ts';
import { ServerError } from '../error.ts';
import { rawEndpoint, type ApiContext, type Endpoint } from './endpoint.ts';
import { runParameters } from './parameters.ts';
import type { Api } from './ports.ts';

const eventNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
/** A browser that reconnects sends the header; anybody else may name the number in the query. */
const resumeHeaders = z.strictObject({ 'last-event-id': eventNumber.optional() });
const resumeQuery = z.strictObject({ after: eventNumber.optional() });

export function eventEndpoints(api: Api): Endpoint[] {
  return [
    rawEndpoint({
      method: 'get',
      path: '/v1/runs/{run}/events',
      operation: 'readRunEvents',
      summary: 'Everything that happens in the run, from its beginning or after Last-Event-ID, then live.',
      access: { action: 'read', resource: 'run' },
      parameters: runParameters,
      query: resumeQuery,
      headers: resumeHeaders,
      media: 'text/event-stream',
      schema: 'RunEvent',
      handle: async ({ parameters: { run }, query, headers, reader, context }) =>
        stream(api, { context, reader, after: headers['last-event-id'] ?? query.after ?? 0, run }),
    }),
    rawEndpoint({
      method: 'get',
      path: '/v1/events',
      operation: 'readEvents',
      summary: 'What happens in all runs, from now or after Last-Event-ID.',
      access: { action: 'read', resource: 'runs' },
      query: resumeQuery,
      headers: resumeHeaders,
      media: 'text/event-stream',
      schema: 'RunEvent',
      handle: async ({ query, headers, reader, context }) =>
        stream(api, { context, reader, after: headers['last-event-id'] ?? query.after, run: undefined }),
    }),
  ];
}

interface Subscription {
  readonly context: ApiContext;
  readonly reader: Reader;
  readonly after: number | undefined;
  readonly run: string | undefined;
}

function stream(api: Api, { context, reader, after, run }: Subscription): Response {
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  if (context.req.method === 'HEAD') return new Response(null, { headers });
  if (api.stream.isFull) throw new ServerError('streams-full', 'Too many event streams are open.');
  const { outgoing } = context.env;
  // The stream lasts as long as the connection: without chunks an event is one write, on the socket itself, of bytes that
  // all readers share.
  outgoing.removeHeader('transfer-encoding');
  outgoing.writeHead(200, { ...headers, 'x-content-type-options': 'nosniff' });
  outgoing.flushHeaders();
  // Behind another answer of the same connection there is no socket yet: such a reader has to come on its own.
  if (outgoing.socket) api.stream.attach(outgoing.socket, reader, after, run);
  else outgoing.end();
  return RESPONSE_ALREADY_SENT;
}
