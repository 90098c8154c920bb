import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

export function healthEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/health',
      operation: 'getHealth',
      summary: 'Whether the server and what it needs are up.',
      access: 'public',
      answer: 'Health',
      handle: () => api.health(),
    }),
  ];
}
