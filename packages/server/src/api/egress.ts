import * as z from 'zod';
import { callIdSchema, nameSchema, runIdSchema, type EgressView } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { RECEIVED, SENT } from '../gateway/egress-log.ts';
import type { EgressRecord } from '../store/egress-calls.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { decodeCursor, pageQuery } from './parameters.ts';
import type { Api } from './ports.ts';
import { readablePage } from './readable-page.ts';
import { runEntries } from './run-entries.ts';

const egressQuery = z.strictObject({
  ...pageQuery.shape,
  run: runIdSchema.optional(),
  principal: nameSchema.optional(),
  model: nameSchema.optional(),
});

export function egressEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/egress',
      operation: 'listEgress',
      summary: 'What has left for models, newest first: every try of every call.',
      access: { action: 'read', resource: 'runs' },
      query: egressQuery,
      answer: 'EgressPage',
      handle: async ({ query: { cursor, limit, ...filter }, reader }) => {
        const page = await readablePage({
          limit,
          from: decodeCursor(cursor),
          read: (most, before) => api.egressCalls.page(filter, most, before),
          positionOf: ({ number }) => number,
          readable: (records) => reader.readable(records, ({ run }) => run),
        });
        return { items: await viewsOf(api, page.items), cursor: page.cursor };
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/egress/{call}',
      operation: 'getEgress',
      summary: 'One call with the exact bytes that left and what came back. Placeholders stand where values stood.',
      access: { action: 'read', resource: 'runs' },
      parameters: z.strictObject({ call: callIdSchema }),
      answer: 'EgressDetail',
      handle: async ({ parameters: { call }, reader }) => {
        const tries = await reader.readable(await api.egressCalls.tries(call), ({ run }) => run);
        if (tries.length === 0) throw new ServerError('call-unknown', `Nothing has left for ${call}.`);
        const views = await viewsOf(api, tries);
        return { tries: await Promise.all(tries.map((record, at) => detailOf(api, record, views[at]))) };
      },
    }),
  ];
}

async function detailOf(
  { documents }: Api,
  { run, digest, received }: EgressRecord,
  view: EgressView | undefined,
): Promise<EgressView & { sent: string; received: string | null }> {
  if (!view) throw new ServerError('call-unknown', 'There is no such try.');
  const sent = await documents.bytes(run, SENT, digest);
  const back = received === null ? undefined : await documents.bytes(run, RECEIVED, received);
  // What was forgotten leaves its entry and its digest.
  return { ...view, sent: sent?.toString('utf8') ?? '', received: back?.toString('utf8') ?? null };
}

/** With what each call led to, looked up once for each run. */
async function viewsOf({ log }: Api, records: readonly EgressRecord[]): Promise<EgressView[]> {
  const runs = [...new Set(records.map(({ run }) => run))];
  const thoughts = await Promise.all(runs.map((run) => runEntries(log, run, kindsOfThought)));
  const led = thoughts.flat().map(({ index, statement }) => ({
    kind: statement.kind,
    entry: index,
    calls: statement.predicate.calls,
  }));
  return records.map(({ number: _number, received: _received, ...record }) => ({
    ...record,
    ledTo: led.filter(({ calls }) => calls.includes(record.call)).map(({ kind, entry }) => ({ kind, entry })),
  }));
}

const kindsOfThought = ['plan', 'plan-refusal', 'clarification', 'opinion', 'diagnosis'] as const;
