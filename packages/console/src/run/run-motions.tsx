import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { addressOf } from '../route.ts';

const once = (): undefined => undefined;

/** What was put to the vote in this run, each with a page of its own. Read again whenever a chapter begins. */
export function RunMotions({
  client,
  run,
  chapters,
}: {
  readonly client: Client;
  readonly run: string;
  readonly chapters: number;
}): JSX.Element {
  const motions = useLoaded(`${run} ${chapters}`, once, () => client.motions(run));
  return (
    <Awaited of={motions}>
      {(all) =>
        all.length > 0 && (
          <section aria-label="Motions">
            <h2 className="apart">Motions</h2>
            <ul>
              {all.map(({ digest, kind, revision, riskClass, verdict }) => (
                <li key={digest}>
                  <a href={addressOf({ kind: 'motion', run, digest })}>
                    {kind === 'heal' ? 'Heal' : 'Plan'} {revision}: the whole debate
                  </a>{' '}
                  <span className="quiet">
                    {riskClass}, {verdict ?? 'not decided'}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )
      }
    </Awaited>
  );
}
