import type { Model, Principal, TrustPolicy } from '@duovir/protocol';
import { EgressError } from '../error.ts';
import type { RunFacts } from './ports.ts';

/** The model that this principal thinks with. */
export function modelOf({ name, brain }: Principal, { version, egress }: TrustPolicy): Model {
  const model = egress.models.find(({ alias }) => brain?.kind === 'model' && alias === brain.model);
  if (!model)
    throw new EgressError('no-model-configured', `Version ${version} of the trust policy gives ${name} no model.`);
  return model;
}

/** Whether what belongs to this run may go to this model: the policy as a whole and the model's own entry both decide. */
export function assertRouteOpen(model: Model, run: RunFacts | undefined, { egress }: TrustPolicy): RunFacts {
  if (!run) throw new EgressError('route-closed', 'There is no such run, or it has not put this motion to the vote.');
  if (!run.open) throw new EgressError('route-closed', 'The run has ended; it asks nothing any more.');
  if (!egress.allowed.includes(run.dataClass) || !model.dataClasses.includes(run.dataClass))
    throw new EgressError('route-closed', `Data of the class ${run.dataClass} may not go to ${model.alias}.`);
  return run;
}
