import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { PlanView } from '../plan/plan-view.tsx';

const once = (): undefined => undefined;

/** Fetched only when somebody wants to see it. */
export function ExactPlan({ client, run }: { readonly client: Client; readonly run: string }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="exact" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The newest plan, to the last value</summary>
      {isOpen && <Steps client={client} run={run} />}
    </details>
  );
}

function Steps({ client, run }: { readonly client: Client; readonly run: string }): JSX.Element {
  return <Awaited of={useLoaded(run, once, () => client.plan(run))}>{(plan) => <PlanView plan={plan} />}</Awaited>;
}
