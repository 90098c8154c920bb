import type { WhyAnswer } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { Moment } from '../page/moment.tsx';
import { addressOf, type Question } from '../route.ts';
import { plainText } from '../story/plain-text.ts';
import { WhyForm } from './why-form.tsx';

const once = (): undefined => undefined;

/** Why a value is what it is. */
export function WhyPage({
  client,
  question,
}: {
  readonly client: Client;
  readonly question: Question | undefined;
}): JSX.Element {
  return (
    <>
      <title>{question ? `Why ${question.resource} ${question.path} · Duovir` : 'Why · Duovir'}</title>
      <h1>Why is it so?</h1>
      <WhyForm question={question} />
      {question && <Answer client={client} question={question} />}
    </>
  );
}

function Answer({ client, question }: { readonly client: Client; readonly question: Question }): JSX.Element {
  const answer = useLoaded(JSON.stringify(question), once, () => client.why(question));
  return <Awaited of={answer}>{(found) => <Chain answer={found} />}</Awaited>;
}

/** From what was seen back to what was asked for. */
function Chain({ answer }: { readonly answer: WhyAnswer }): JSX.Element {
  return (
    <section aria-labelledby="answer">
      <h2 id="answer">
        {answer.resource} {answer.path} = {plainText(String(answer.value))}
      </h2>
      <p className="quiet">
        {answer.before.length > 0 && `Before: ${answer.before.map(String).map(plainText).join(', ')}. `}
        Set by the step {answer.step} of <a href={addressOf({ kind: 'run', id: answer.run })}>{answer.run}</a>.
      </p>
      <ol className="chain">
        {answer.chain.map(({ kind, text, principal, time, entry }, at) => (
          <li key={`${at}`}>
            <h3>
              {kind} <span className="quiet">by {principal}</span>
            </h3>
            <p>{plainText(text)}</p>
            <p className="quiet">
              <Moment utc={time} precise />
              {entry !== null && ` · ledger entry #${entry}`}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
