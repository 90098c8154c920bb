import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { useLoaded } from '../page/load.ts';
import { addressOf } from '../route.ts';

const once = (): undefined => undefined;

/** What the run made true, each value with the way to its reason. */
export function RunSettings({ client, run }: { readonly client: Client; readonly run: string }): JSX.Element | null {
  const plan = useLoaded(run, once, () => client.plan(run));
  if (plan.kind !== 'loaded') return null;
  const settings = plan.value.steps.flatMap((step) => step.settings);
  if (settings.length === 0) return null;
  const target = plan.value.target.kind;
  return (
    <section aria-labelledby="settings" className="settings">
      <h2 id="settings">What it set</h2>
      <ul>
        {settings.map(({ resource, path, value }) => (
          <li key={`${resource} ${path}`}>
            <span className="quiet">{resource}</span> {path} = <strong>{String(value)}</strong>{' '}
            <a
              href={addressOf({ kind: 'why', question: { target, resource, path } })}
              aria-label={`Why is ${resource} ${path} ${value}?`}
            >
              Why?
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
