import type { DebateView } from '@duovir/protocol';
import type { JSX } from 'react';
import { Moment } from '../page/moment.tsx';
import { FindingList } from './finding-list.tsx';
import { Part } from './part.tsx';
import { VerdictView } from './verdict-view.tsx';
import { VoteList } from './vote-list.tsx';

/** How it came to a verdict, in the order in which it was argued. */
export function DebateSection({ debate }: { readonly debate: DebateView }): JSX.Element {
  const { votes, findings, approvals, verdicts } = debate;
  const blind = votes.filter(({ phase }) => phase === 'blind');
  const second = votes.filter(({ phase }) => phase === 'second');
  return (
    <>
      <Part title="The blind vote">{blind.length === 0 ? <p>Nobody has voted.</p> : <VoteList votes={blind} />}</Part>
      {findings.length > 0 && (
        <Part title="What was argued, without names">
          <FindingList findings={findings} />
        </Part>
      )}
      {second.length > 0 && (
        <Part title="The second vote">
          <VoteList votes={second} />
        </Part>
      )}
      {approvals.length > 0 && (
        <Part title="What people decided">
          <ul>
            {approvals.map(({ person, verdict, entry, time }) => (
              <li key={entry}>
                {person}: {verdict}, <Moment utc={time} /> <span className="quiet">#{entry}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {verdicts.map((verdict) => (
        <Part key={verdict.entry} title={`Verdict: ${verdict.verdict}`}>
          <VerdictView verdict={verdict} />
        </Part>
      ))}
    </>
  );
}
