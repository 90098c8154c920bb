import * as z from 'zod';
import { runIdSchema } from '@duovir/protocol';
import { budgetView } from '../budget/budget-view.ts';
import { resumeModels, stopModels } from '../budget/kill-switch.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

export function budgetEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/budget',
      operation: 'getBudget',
      summary: "What models have cost today, a run's part of it, and what one more run could cost at most.",
      access: { action: 'read', resource: 'runs' },
      query: z.strictObject({ run: runIdSchema.optional() }),
      answer: 'Budget',
      handle: async ({ query: { run }, person, reader }) => {
        if (run !== undefined) await reader.mustRead(run);
        return budgetView(api, person, run);
      },
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/budget/stop',
      operation: 'stopModels',
      summary: 'The kill switch: ends every call to a model now, and begins no other.',
      access: { action: 'stop', resource: 'installation' },
      body: 'ModelStopRequest',
      answer: 'Budget',
      handle: async ({ body: { reason }, person }) => {
        await stopModels(api, person, reason);
        return budgetView(api, person, undefined);
      },
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/budget/resume',
      operation: 'resumeModels',
      summary: 'Lifts the stop. Somebody else than who stopped the models has to do it.',
      access: { action: 'administer', resource: 'installation' },
      answer: 'Budget',
      handle: async ({ person }) => {
        await resumeModels(api, person);
        return budgetView(api, person, undefined);
      },
    }),
  ];
}
