import type { WhyAnswer } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Moment } from '../page/moment.tsx';
import { plainText } from '../story/plain-text.ts';
import { Proof } from './proof.tsx';

const tones = { dissent: 'bad', rejected: 'bad', changed: 'warn', undone: 'warn' } as const;
const words = {
  dissent: 'was against it',
  rejected: 'was not carried',
  changed: 'changed its mind',
  undone: 'was undone',
} as const;

/** From what was seen back to what was asked for; who was against it, and what was not carried, stands with it. */
export function Chain({ client, links }: { readonly client: Client; readonly links: WhyAnswer['chain'] }): JSX.Element {
  return (
    <ol className="chain">
      {links.map(({ kind, text, principal, time, entry, mark }, at) => (
        <li key={`${at}`} className={mark === null ? undefined : tones[mark]}>
          <h3>
            {kind} <span className="quiet">by {principal}</span>
            {mark !== null && ` ${words[mark]}`}
          </h3>
          <p>{plainText(text)}</p>
          <p className="quiet">
            <Moment utc={time} precise />
          </p>
          {entry !== null && <Proof client={client} entry={entry} />}
        </li>
      ))}
    </ol>
  );
}
