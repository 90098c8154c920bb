import * as z from 'zod';
import { grantIdSchema } from '@duovir/protocol';
import { breakGlass, breakGlassView, endBreakGlass } from '../emergency/break-glass.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

export function breakGlassEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/break-glass',
      operation: 'getBreakGlass',
      summary: 'With which people have broken the glass, or asked to, and what the trust policy allows.',
      access: { action: 'read', resource: 'installation' },
      answer: 'BreakGlass',
      handle: () => breakGlassView(api),
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/break-glass',
      operation: 'breakGlass',
      summary: 'Opens a grant, or confirms the one of another person: together they stand in for the reviewers.',
      access: { action: 'approve', resource: 'installation' },
      body: 'BreakGlassRequest',
      answer: 'BreakGlass',
      status: 201,
      handle: async ({ body, person }) => {
        await breakGlass(api, person, body);
        return breakGlassView(api);
      },
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/break-glass/{grant}/end',
      operation: 'endBreakGlass',
      summary: 'Ends a grant before its time.',
      access: { action: 'stop', resource: 'installation' },
      parameters: z.strictObject({ grant: grantIdSchema }),
      answer: 'BreakGlass',
      handle: async ({ parameters: { grant }, person }) => {
        await endBreakGlass(api, person, grant);
        return breakGlassView(api);
      },
    }),
  ];
}
