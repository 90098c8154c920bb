import { planSchema, type MotionView } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { MotionRecord } from '../store/motions.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { runParameters } from './parameters.ts';
import type { Api } from './ports.ts';
import { runEntries } from './run-entries.ts';

export function motionEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/runs/{run}/plan',
      operation: 'getPlan',
      summary: 'The newest plan of the run.',
      access: { action: 'read', resource: 'run' },
      parameters: runParameters,
      answer: 'Plan',
      handle: async ({ parameters: { run } }) => {
        const newest = (await api.motions.ofRun(run)).at(-1);
        if (!newest) throw new ServerError('plan-missing', `${run} has no plan.`);
        return planSchema.parse(await api.documents.get(newest.digest));
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/runs/{run}/motions',
      operation: 'listMotions',
      summary: 'What was put to the vote, in order, with the verdicts.',
      access: { action: 'read', resource: 'run' },
      parameters: runParameters,
      answer: 'Motions',
      handle: async ({ parameters: { run } }) => {
        return { items: await Promise.all((await api.motions.ofRun(run)).map((motion) => viewOf(api, motion))) };
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/runs/{run}/permits',
      operation: 'listPermits',
      summary: 'Every permit of the run with its proof of inclusion in the ledger.',
      access: { action: 'read', resource: 'run' },
      parameters: runParameters,
      answer: 'Permits',
      handle: async ({ parameters: { run } }) => {
        const permits = await runEntries(api.log, run, ['permit']);
        return {
          items: await Promise.all(
            permits.map(async ({ index, envelope, statement: { predicate } }) => {
              const { permit, step, purpose, attempt } = predicate;
              return { permit, step, purpose, attempt, entry: index, envelope, proof: await api.ledger.prove(index) };
            }),
          ),
        };
      },
    }),
  ];
}

async function viewOf(api: Api, motion: MotionRecord): Promise<MotionView> {
  const shreddedBy = await api.documents.shreddedBy(motion.digest);
  const plan = shreddedBy === null ? planSchema.parse(await api.documents.get(motion.digest)) : null;
  return { ...motion, plan, shreddedBy };
}
