import { readableBody, type Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { plainText } from '../story/plain-text.ts';
import { markPlaceholders } from './mark-placeholders.ts';

const once = (): undefined => undefined;

/** The texts of one try as they left, and what came back. */
export function EgressBody({
  client,
  call,
  attempt,
}: {
  readonly client: Client;
  readonly call: string;
  readonly attempt: number;
}): JSX.Element {
  const detail = useLoaded(`${call} ${attempt}`, once, () => client.egressCall(call));
  return (
    <Awaited of={detail}>
      {({ tries }) => {
        const one = tries.find((candidate) => candidate.try === attempt);
        if (!one) return <p>There is no such try any more.</p>;
        return (
          <>
            <h3>What left</h3>
            <Body text={one.sent} />
            {one.received !== null && (
              <>
                <h3>What came back</h3>
                <Body text={one.received} />
              </>
            )}
          </>
        );
      }}
    </Awaited>
  );
}

function Body({ text }: { readonly text: string }): JSX.Element {
  return (
    <dl className="body">
      {readableBody(text).map(({ place, text: said, isForm }) => (
        <div key={place}>
          <dt>{plainText(place)}</dt>
          <dd>
            {isForm ? (
              <details>
                <summary>The form of the answer</summary>
                <Said text={said} />
              </details>
            ) : (
              <Said text={said} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Said({ text }: { readonly text: string }): JSX.Element {
  return (
    <pre tabIndex={0}>
      {/* Parts never change their order, and the same one may come twice. */}
      {markPlaceholders(plainText(text)).map((part, at) =>
        part.isPlaceholder ? <mark key={`${at}`}>{part.text}</mark> : part.text,
      )}
    </pre>
  );
}
