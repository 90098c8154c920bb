import type { DebateView } from '@duovir/protocol';
import type { JSX } from 'react';
import { plainText } from '../story/plain-text.ts';

const answers = {
  fix: 'The proposer mends it',
  refute: 'The proposer refutes it',
  'ask-person': 'The proposer leaves it to a person',
} as const;

/** Each claim with the answer to it and what its test came to. */
export function FindingList({ findings }: { readonly findings: DebateView['findings'] }): JSX.Element {
  return (
    <ul className="votes">
      {findings.map(({ id, severity, step, rule, claim, answer, check }) => (
        <li key={id}>
          <p>
            {severity}
            {step !== null && ` in ${step}`}: {plainText(claim)}{' '}
            <span className="quiet">
              {rule}, {id}
            </span>
          </p>
          {answer && (
            <p>
              {answers[answer.kind]}: {plainText(answer.claim)}
              {answer.evidence.length > 0 && <span className="quiet"> shown by {answer.evidence.join(', ')}</span>}
            </p>
          )}
          {check && (
            <p>
              Tested, {check.outcome}: {plainText(check.summary)} <span className="quiet">{check.id}</span>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
