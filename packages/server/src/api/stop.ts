import { liftStop, stopEverything } from '../emergency/stop-everything.ts';
import { stopView } from '../emergency/stop-view.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

export function stopEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/stop',
      operation: 'getStop',
      summary: 'What people have stopped and nobody has lifted.',
      access: { action: 'read', resource: 'installation' },
      answer: 'Stop',
      handle: () => stopView(api),
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/stop',
      operation: 'stopEverything',
      summary: 'The emergency stop: nothing is executed any more, for no run. With `halt` what is running ends too.',
      access: { action: 'stop', resource: 'installation' },
      body: 'StopRequest',
      answer: 'Stop',
      status: 201,
      handle: async ({ body, person }) => {
        await stopEverything(api, person, body);
        return stopView(api);
      },
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/stop/lift',
      operation: 'liftStop',
      summary: 'Lifts one stop, by a statement that another person than the one who stopped has signed.',
      access: { action: 'stop', resource: 'installation' },
      body: 'StopLiftRequest',
      answer: 'Stop',
      handle: async ({ body: { statement }, person }) => {
        await liftStop(api, person, statement);
        return stopView(api);
      },
    }),
  ];
}
