import * as z from 'zod';
import { digestOf, type AcceptedRequest } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { decodeCursor, pageQuery, runParameters } from './parameters.ts';
import type { Api } from './ports.ts';
import { readablePage } from './readable-page.ts';
import { askedRun } from './run-intent.ts';

const idempotencyHeaders = z.strictObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 printable ASCII characters')
    .optional(),
});

export function runEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'post',
      path: '/v1/runs',
      operation: 'startRun',
      summary:
        'Start a run. With an Idempotency-Key the same request starts one run, however often it is sent. `duovir run sign` prints a signed body.',
      access: { action: 'request', resource: 'installation' },
      headers: idempotencyHeaders,
      body: 'StartRun',
      answer: 'Run',
      status: 201,
      handle: async ({ body, headers, person, reader, context }) => {
        const key = headers['idempotency-key'];
        const { run, request, intent } = askedRun(api, person, body);
        const accepted: AcceptedRequest = {
          run,
          requester: person,
          acceptedAt: api.clock.now().toISOString(),
          request,
        };
        api.gate.demandRequest(reader.caller, accepted);
        // A signature has a time in it, so it differs each time, and so does the salt; the run it is for does not.
        const { salt: _salt, ...wanted } = request;
        const digest = digestOf(intent === null ? wanted : { run, request: wanted });
        const acceptance = await api.runs.accept(accepted, {
          intent,
          idempotency: key === undefined ? undefined : { key, digest },
        });
        if (acceptance.kind === 'key-reused')
          throw new ServerError('idempotency-key-reused', 'This Idempotency-Key was used for another request.');
        if (acceptance.kind === 'run-taken')
          throw new ServerError('run-taken', `There is a run ${accepted.run} already.`);
        // Submitting twice is harmless; a first try may have died before it.
        await api.submit(acceptance.run);
        context.header('location', `/v1/runs/${acceptance.run}`);
        return api.runs.view(acceptance.run);
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/runs',
      operation: 'listRuns',
      summary: 'Runs, newest first.',
      access: { action: 'read', resource: 'runs' },
      query: pageQuery,
      answer: 'RunPage',
      handle: async ({ query: { cursor, limit }, reader }) => {
        const page = await readablePage({
          limit,
          from: decodeCursor(cursor),
          read: (most, before) => api.runs.page(most, before),
          positionOf: ({ number }) => number,
          readable: (runs) => reader.readable(runs, ({ view }) => view.id),
        });
        return { items: page.items.map(({ view }) => view), cursor: page.cursor };
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/runs/{run}',
      operation: 'getRun',
      summary: 'One run.',
      access: { action: 'read', resource: 'run' },
      parameters: runParameters,
      answer: 'Run',
      handle: ({ parameters }) => api.runs.view(parameters.run),
    }),
  ];
}
