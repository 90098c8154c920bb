import * as z from 'zod';
import { planSchema, stepIdSchema } from '@duovir/protocol';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { decodeCursor, encodeCursor, pageQuery, runParameters } from './parameters.ts';
import type { Api } from './ports.ts';
import { stepViews } from './step-views.ts';

const logQuery = z.strictObject({ ...pageQuery.shape, step: stepIdSchema.optional() });

export function stepEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/runs/{run}/steps',
      operation: 'listSteps',
      summary: 'The steps of the newest plan and how far each is.',
      access: { action: 'read', resource: 'run' },
      parameters: runParameters,
      answer: 'Steps',
      handle: async ({ parameters: { run } }) => {
        const newest = (await api.motions.ofRun(run)).at(-1);
        // Nobody knows any more what the steps of a shredded plan were.
        if (!newest || (await api.documents.shreddedBy(newest.digest)) !== null) return { items: [] };
        const plan = planSchema.parse(await api.documents.get(newest.digest));
        return { items: stepViews(plan, await api.events.ofRun(run)) };
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/runs/{run}/logs',
      operation: 'listLogLines',
      summary: 'What the steps wrote, oldest first.',
      access: { action: 'read', resource: 'run' },
      parameters: runParameters,
      query: logQuery,
      answer: 'LogLinePage',
      handle: async ({ parameters: { run }, query: { cursor, limit, step } }) => {
        const items = await api.events.logs(run, decodeCursor(cursor) ?? 0, limit, step);
        const last = items.length === limit ? items.at(-1) : undefined;
        return { items, cursor: last ? encodeCursor(last.seq) : null };
      },
    }),
  ];
}
