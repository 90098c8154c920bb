import type { EgressView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { money, tokenCount } from '../money.ts';
import { Moment } from '../page/moment.tsx';
import { EgressBody } from './egress-body.tsx';
import { hiddenText } from './hidden-text.ts';

/** Every try of every call, newest first, each with what left. */
export function EgressList({
  client,
  calls,
}: {
  readonly client: Client;
  readonly calls: readonly EgressView[];
}): JSX.Element {
  return (
    <ol className="egress">
      {calls.map((call) => (
        <li key={`${call.call} ${call.try}`}>
          <Call client={client} call={call} />
        </li>
      ))}
    </ol>
  );
}

function Call({ client, call }: { readonly client: Client; readonly call: EgressView }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const ledTo = call.ledTo.map(({ kind, entry }) => `${kind} #${entry}`).join(', ');
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Moment utc={call.time} precise /> <strong>{call.principal}</strong> asked {call.model} to {call.purpose}
        {call.try > 1 && `, try ${call.try}`}: {call.outcome},{' '}
        <span className="quiet">
          {tokenCount(call.tokens)}, {money(call.microUsd)}, {hiddenText(call.redactions)}
        </span>
      </summary>
      <p className="quiet">
        {call.bytes} bytes, {call.digest}, entries #{call.entry}
        {call.endEntry !== null && ` and #${call.endEntry}`}
        {ledTo !== '' && `. Led to ${ledTo}`}
      </p>
      {isOpen && <EgressBody client={client} call={call.call} attempt={call.try} />}
    </details>
  );
}
