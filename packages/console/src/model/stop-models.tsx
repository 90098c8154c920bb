import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { StopDialog } from '../stop/stop-dialog.tsx';

/** The kill switch of the models. */
export function StopModels({ client, onTurn }: { readonly client: Client; readonly onTurn: () => void }): JSX.Element {
  return (
    <StopDialog
      what="Stop all models"
      consequence="Calls are broken off now, and none is begun. Another person has to resume."
      otherwise="Let them work"
      stop={(reason) => client.stopModels(reason)}
      onStopped={onTurn}
    />
  );
}
