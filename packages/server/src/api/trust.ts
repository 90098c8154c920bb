import * as z from 'zod';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

const versionParameters = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number),
});

export function trustEndpoints({ trustOffice }: Pick<Api, 'trustOffice'>): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/trust',
      operation: 'getTrust',
      summary: 'The trust policy in force, what is to be said about it, and those that were in force before.',
      access: { action: 'read', resource: 'installation' },
      answer: 'Trust',
      handle: () => trustOffice.view(),
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/trust',
      operation: 'applyTrust',
      summary: 'Put a trust policy in force that the officer has signed to follow the one in force.',
      access: { action: 'administer', resource: 'installation' },
      body: 'TrustApplyRequest',
      answer: 'TrustApplication',
      handle: ({ body: { envelope }, person }) => trustOffice.apply(envelope, person),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/trust/{version}',
      operation: 'getTrustVersion',
      summary: 'A trust policy that is or was in force.',
      access: { action: 'read', resource: 'installation' },
      parameters: versionParameters,
      answer: 'TrustVersion',
      handle: ({ parameters: { version } }) => trustOffice.version(version),
    }),
  ];
}
