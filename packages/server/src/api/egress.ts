import * as z from 'zod';
import {
  callIdSchema,
  nameSchema,
  runIdSchema,
  type Digest,
  type EgressDetail,
  type EgressView,
} from '@duovir/protocol';
import { shreddedText } from '../blob/shredded-by.ts';
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

type Try = EgressDetail['tries'][number];

async function detailOf(
  { documents }: Api,
  { run, digest, received }: EgressRecord,
  view: EgressView | undefined,
): Promise<Try> {
  if (!view) throw new ServerError('call-unknown', 'There is no such try.');
  const sent = await textOf(documents, run, SENT, digest);
  const back = received === null ? null : await textOf(documents, run, RECEIVED, received);
  return {
    ...view,
    sent: sent.text,
    received: back?.text ?? null,
    shreddedBy: sent.shreddedBy ?? back?.shreddedBy ?? null,
  };
}

/** What was shredded leaves its entry and its digest. */
async function textOf(
  documents: Api['documents'],
  run: string,
  role: string,
  digest: Digest,
): Promise<{ readonly text: string; readonly shreddedBy: number | null }> {
  const shreddedBy = await documents.shreddedBy(digest);
  if (shreddedBy !== null) return { text: shreddedText(shreddedBy), shreddedBy };
  return { text: (await documents.bytes(run, role, digest))?.toString('utf8') ?? '', shreddedBy };
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
