import type { WhyAnswer } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { Moment } from '../page/moment.tsx';
import { addressOf, type Question } from '../route.ts';
import { Chain } from './chain.tsx';
import { Drift } from './drift.tsx';
import { valueText } from './value-text.ts';
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
      <WhyForm client={client} question={question} />
      {question ? (
        <Answer client={client} question={question} />
      ) : (
        <p className="quiet">
          Ask for a service, a file, a port or an object of Kubernetes that a run has set. What is known is offered as
          you type.
        </p>
      )}
    </>
  );
}

function Answer({ client, question }: { readonly client: Client; readonly question: Question }): JSX.Element {
  const { target, resource, path } = question;
  const answer = useLoaded(JSON.stringify(question), once, () =>
    client.why(path === '' ? { target, resource } : { target, resource, path }),
  );
  return <Awaited of={answer}>{(found) => <Explained client={client} answer={found} />}</Awaited>;
}

function Explained({ client, answer }: { readonly client: Client; readonly answer: WhyAnswer }): JSX.Element {
  const { resource, path, value, run, step, requester, people, policy, undone } = answer;
  return (
    <section aria-labelledby="answer">
      <h2 id="answer">
        {resource} {path} = {valueText(value)}
      </h2>
      <p className="quiet">
        {answer.before.length > 0 && `Before: ${answer.before.map(valueText).join(', ')}. `}
        Set by the step {step} of <a href={addressOf({ kind: 'run', id: run })}>{run}</a>
        {requester !== null && `, which ${requester} asked for`}
        {people.map(({ person, verdict }) => `, ${verdict === 'approve' ? 'approved' : 'refused'} by ${person}`)}
        {policy !== null && policy.version !== null && `, under version ${policy.version} of the trust policy`}.
        {undone !== null && ` It was undone: entry #${undone}.`}
      </p>
      <Drift answer={answer} />
      <Chain client={client} links={answer.chain} />
      {answer.history.length > 1 && <History answer={answer} />}
      <p className="quiet">
        The proofs are those of the ledger. <code>duovir why</code> verifies them with the key of the officer.
      </p>
    </section>
  );
}

/** Every time it was set, newest first. */
function History({ answer }: { readonly answer: WhyAnswer }): JSX.Element {
  return (
    <>
      <h2>Every time it was set</h2>
      <ul>
        {answer.history.map(({ value, run, time, entry, undone }) => (
          <li key={entry}>
            {valueText(value)} <Moment utc={time} /> in <a href={addressOf({ kind: 'run', id: run })}>{run}</a>, entry #
            {entry}
            {undone !== null && ', undone'}
          </li>
        ))}
      </ul>
    </>
  );
}
