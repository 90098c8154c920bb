import { digestOf, signStatement } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { appendOnce } from '../ledger/append-once.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { runParameters } from './parameters.ts';
import type { Api } from './ports.ts';

export function cancellationEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'post',
      path: '/v1/runs/{run}/cancel',
      operation: 'cancelRun',
      summary: 'Stop a run: what is running is stopped now, what was done is undone.',
      access: { action: 'stop', resource: 'run' },
      parameters: runParameters,
      answer: 'Run',
      status: 202,
      handle: async ({ parameters: { run }, person }) => {
        const view = await api.runs.view(run);
        if (view.state.kind === 'settled') throw new ServerError('run-settled', `${run} has already ended.`);
        const entry = await stateCancellation(api, run, person);
        await api.runs.cancel(run, person);
        await api.events.publish(run, 'cancel-request', { type: 'cancel-request', body: { person, entry } });
        await api.halt(run);
        const { state } = await api.runs.view(run);
        if (state.kind === 'waiting') await api.wake(run, state.motion);
        if (state.kind === 'asking') await api.wakeAsking(run);
        return api.runs.view(run);
      },
    }),
  ];
}

/** In the ledger before it has an effect (Invariant 9). The first person to stop the run is the one remembered. */
async function stateCancellation(api: Api, run: string, person: string): Promise<number> {
  const envelope = await signStatement(api.signer, {
    kind: 'cancellation',
    run,
    time: api.clock.now().toISOString(),
    subject: digestOf(await api.runs.accepted(run)),
    predicate: { person },
  });
  return (await appendOnce(api.ledger, `${run}/cancellation`, run, envelope)).index;
}
