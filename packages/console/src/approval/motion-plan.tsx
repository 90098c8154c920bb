import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { PlanView } from '../plan/plan-view.tsx';

const once = (): undefined => undefined;

/** The plan that has this digest, and no other one of the run. */
export function MotionPlan({
  client,
  run,
  motion,
}: {
  readonly client: Client;
  readonly run: string;
  readonly motion: string;
}): JSX.Element {
  const motions = useLoaded(motion, once, () => client.motions(run));
  return (
    <Awaited of={motions}>
      {(all) => {
        const found = all.find(({ digest }) => digest === motion);
        return found ? <PlanView plan={found.plan} /> : <p role="alert">The server does not know this motion.</p>;
      }}
    </Awaited>
  );
}
