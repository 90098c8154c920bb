import * as z from 'zod';
import {
  digestSchema,
  nameSchema,
  runIdSchema,
  whyPathSchema,
  whyResourceSchema,
  whyTargetSchema,
} from '@duovir/protocol';
import { changesOf } from '../why/changes.ts';
import { explain } from '../why/explain.ts';
import { placesOf } from '../why/places.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { pageQuery } from './parameters.ts';
import type { Api } from './ports.ts';

const target = whyTargetSchema.default('sandbox');

const whyQuery = z.strictObject({
  target,
  resource: whyResourceSchema,
  path: whyPathSchema.optional(),
  /** A time, or the index of an entry. */
  at: z
    .string()
    .max(40)
    .regex(/^(?:\d{1,15}|\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d))$/)
    .optional(),
});

const placesQuery = z.strictObject({
  target,
  resource: whyResourceSchema.optional(),
  prefix: whyPathSchema.default(''),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const changesQuery = pageQuery.extend({
  decision: z.union([runIdSchema, digestSchema]).optional(),
  agent: nameSchema.optional(),
  policy: z.coerce.number().int().min(1).optional(),
});

export function whyEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/why',
      operation: 'explainValue',
      summary: 'Why a value is what it is: from the value back to the request, each link with its ledger entry.',
      access: { action: 'read', resource: 'runs' },
      query: whyQuery,
      answer: 'WhyAnswer',
      handle: ({ query, reader }) => explain(api, query, reader),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/why/places',
      operation: 'listPlaces',
      summary: 'What can be asked about: resources, or the paths in one, that begin so.',
      access: { action: 'read', resource: 'runs' },
      query: placesQuery,
      answer: 'WhyPlaces',
      handle: ({ query, reader }) => placesOf(api, query, reader),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/why/changes',
      operation: 'listChanges',
      summary: 'What a decision, an agent or a version of the trust policy has changed, newest first.',
      access: { action: 'read', resource: 'runs' },
      query: changesQuery,
      answer: 'WhyChangePage',
      handle: ({ query, reader }) => changesOf(api, query, reader),
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/why/rebuild',
      operation: 'rebuildWhy',
      summary: 'Derive the index of values anew from ledger and plans, and say whether it had said something else.',
      access: { action: 'administer', resource: 'installation' },
      answer: 'WhyRebuild',
      handle: () => api.whyIndex.rebuild(),
    }),
  ];
}
