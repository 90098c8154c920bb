import * as z from 'zod';
import { settingSchema } from '@duovir/protocol';
import { explain } from '../why/explain.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

const whyQuery = z.strictObject({
  target: z
    .string()
    .max(128)
    .regex(/^[\x21-\x7e]+$/)
    .default('sandbox'),
  resource: settingSchema.shape.resource,
  path: settingSchema.shape.path,
});

export function whyEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/why',
      operation: 'explainValue',
      summary: 'Why a value is what it is: from the setting back to the request, each link with its ledger entry.',
      access: { action: 'read', resource: 'runs' },
      query: whyQuery,
      answer: 'WhyAnswer',
      handle: ({ query, reader }) => explain(api, query, reader),
    }),
  ];
}
