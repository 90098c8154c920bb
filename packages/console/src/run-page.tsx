import type { RunEvent } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { eventText } from './event-text.ts';
import { Failure } from './failure.tsx';
import { failed, useLoaded } from './load.ts';
import { useRunEvents } from './run-events.ts';
import { RunState } from './run-state.tsx';
import { localTime } from './time.ts';

const REFRESH_MS = 1_000;

export function RunPage({ client, id }: { readonly client: Client; readonly id: string }): JSX.Element {
  const run = useLoaded(id, REFRESH_MS, () => client.run(id));
  const { events, failure } = useRunEvents(client, id);
  const [refusal, setRefusal] = useState<ReturnType<typeof failed>>();
  if (run.kind === 'loading') return <p className="quiet">Loading …</p>;
  if (run.kind === 'failed') return <Failure {...run} />;
  const { value } = run;
  return (
    <section>
      <h1>{value.goal}</h1>
      <p className="quiet">
        <RunState run={value} /> {value.id} · {value.environment} · {value.playbook ?? 'no plan yet'} ·{' '}
        <time dateTime={value.createdAt}>{localTime(value.createdAt)}</time>
      </p>
      {value.state.kind !== 'settled' && (
        <button
          type="button"
          className="danger"
          onClick={() => void client.cancel(id).catch((error: unknown) => setRefusal(failed(error)))}
        >
          Stop and undo
        </button>
      )}
      {refusal && <Failure {...refusal} />}
      {failure && <Failure {...failure} />}
      <ol className="story" aria-live="polite">
        {events.map((event) => (
          <Line key={event.seq} event={event} />
        ))}
      </ol>
    </section>
  );
}

function Line({ event }: { readonly event: RunEvent }): JSX.Element | null {
  const said = eventText(event);
  if (!said) return null;
  const entry = 'entry' in event.body ? event.body.entry : null;
  return (
    <li className={said.tone}>
      <time dateTime={event.time}>{event.time.slice(11, 23)}</time>
      <div>
        {said.text}
        {entry !== null && <span className="quiet"> #{entry}</span>}
        {said.details && said.details.length > 0 && (
          <ul>
            {said.details.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
