import type { RunEvent } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useEffect, useReducer, useState } from 'react';
import { failed } from './load.ts';

/** Enough for a long run; older lines of output are in `duovir run logs`. */
const MOST_EVENTS = 2_000;

interface Feed {
  readonly events: readonly RunEvent[];
  readonly failure: { readonly message: string; readonly remedy: string } | undefined;
}

/** The run's events from its beginning, then live, until the page is left. */
export function useRunEvents(client: Client, id: string): Feed {
  const [events, add] = useReducer(
    (known: readonly RunEvent[], event: RunEvent) => [...known, event].slice(-MOST_EVENTS),
    [],
  );
  const [failure, setFailure] = useState<Feed['failure']>();
  useEffect(() => {
    const leave = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const event of client.events(id, { signal: leave.signal })) {
        add(event);
        if (event.type === 'run-end') return;
      }
    };
    follow().catch((error: unknown) => setFailure(failed(error)));
    return () => leave.abort();
  }, [client, id]);
  return { events, failure };
}
