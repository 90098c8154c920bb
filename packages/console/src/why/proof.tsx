import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';

const once = (): undefined => undefined;

/** The proof of an entry (C2SP tlog-proof), fetched when somebody wants to see it. */
export function Proof({ client, entry }: { readonly client: Client; readonly entry: number }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Proof of entry #{entry}</summary>
      {isOpen && <ProofText client={client} entry={entry} />}
    </details>
  );
}

function ProofText({ client, entry }: { readonly client: Client; readonly entry: number }): JSX.Element {
  const proof = useLoaded(`${entry}`, once, () => client.ledgerProof(entry));
  return (
    <Awaited of={proof}>
      {(text) => (
        <pre tabIndex={0} aria-label={`Proof of entry ${entry}`}>
          {text}
        </pre>
      )}
    </Awaited>
  );
}
