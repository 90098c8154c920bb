import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { StopDialog } from './stop-dialog.tsx';

/** The emergency stop. It waits for no signature: that could cost a minute. */
export function StopEverything({
  client,
  onTurn,
}: {
  readonly client: Client;
  readonly onTurn: () => void;
}): JSX.Element {
  const [halt, setHalt] = useState(false);
  return (
    <StopDialog
      what="Stop everything"
      consequence="Nothing more is executed, in no run. Another person has to lift it."
      otherwise="Let it run"
      stop={(reason) => client.stop({ reason, halt })}
      onStopped={onTurn}
    >
      <label className="choice">
        <input type="checkbox" checked={halt} onChange={(event) => setHalt(event.target.checked)} />
        End what is running now, too
      </label>
    </StopDialog>
  );
}
