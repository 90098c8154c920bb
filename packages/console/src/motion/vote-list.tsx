import type { DebateView } from '@duovir/protocol';
import type { JSX } from 'react';
import { plainText } from '../story/plain-text.ts';
import { verdictText } from '../story/review-text.ts';

type Vote = DebateView['votes'][number];
const tones = { approve: 'good', reject: 'bad', abstain: 'warn' } as const;

export function VoteList({ votes }: { readonly votes: readonly Vote[] }): JSX.Element {
  return (
    <ul className="votes">
      {votes.map((vote) => (
        <li key={vote.entry} className={vote.stands ? tones[vote.verdict] : 'replaced'}>
          <p>
            <strong>{vote.reviewer}</strong> {verdictText(vote)}{' '}
            <span className="quiet">
              {vote.mandate}, group {vote.group}, by {vote.brain}, #{vote.entry}
              {!vote.stands && ', stands no more'}
            </span>
          </p>
          {vote.rationale !== '' && (
            <p>
              <span className="quiet">Stated reason:</span> {plainText(vote.rationale)}
            </p>
          )}
          {vote.findings.length > 0 && (
            <ul>
              {vote.findings.map(({ id, severity, rule, step, claim, evidence }) => (
                <li key={id}>
                  {severity}
                  {step !== null && ` in ${step}`}: {plainText(claim)}{' '}
                  <span className="quiet">
                    {rule}
                    {evidence.length > 0 && `, shown by ${evidence.join(', ')}`}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
