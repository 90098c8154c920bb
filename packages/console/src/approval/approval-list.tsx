import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { useSigning } from '../passkey/use-signing.ts';
import { ApprovalCard } from './approval-card.tsx';

const REFRESH_MS = 3_000;

export function ApprovalList({ client }: { readonly client: Client }): JSX.Element {
  const signing = useSigning(client);
  const approvals = useLoaded(
    'approvals',
    () => REFRESH_MS,
    () => client.approvals(),
  );
  return (
    <>
      <title>Approvals · Duovir</title>
      <h1>Approvals</h1>
      <p className="quiet">
        An approval is signed with a person’s own key: here with a passkey, or in a terminal with the key file. It is
        good for exactly the bytes that are shown.
      </p>
      <Awaited of={approvals}>
        {(waiting) =>
          waiting.length === 0 ? (
            <p>Nothing waits for people.</p>
          ) : (
            waiting.map((approval) => (
              <ApprovalCard key={approval.motion} client={client} approval={approval} signing={signing} />
            ))
          )
        }
      </Awaited>
    </>
  );
}
