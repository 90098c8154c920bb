import { useSyncExternalStore, type JSX } from 'react';
import { Moment } from '../page/moment.tsx';
import type { Connection } from './connection.ts';

export function ConnectionNotice({ connection }: { readonly connection: Connection }): JSX.Element {
  const state = useSyncExternalStore(connection.subscribe, connection.state);
  return (
    <div role="status" className="notice">
      {state.kind === 'lost' && (
        <p>
          The server has not answered since <Moment utc={state.since} precise />. This page goes on by itself once it is
          back; what it shows may be old.
        </p>
      )}
    </div>
  );
}
