import type { DebateView } from '@duovir/protocol';
import type { JSX } from 'react';
import { Moment } from '../page/moment.tsx';
import { plainText } from '../story/plain-text.ts';
import { RuleTable } from './rule-table.tsx';

/** One verdict: why, what was counted, and where it stands in the ledger. */
export function VerdictView({ verdict }: { readonly verdict: DebateView['verdicts'][number] }): JSX.Element {
  const { reason, explanation, rule, trustPolicy, entry, time } = verdict;
  return (
    <>
      <p>{plainText(explanation)}</p>
      <RuleTable rule={rule} />
      <p className="quiet">
        {reason}, <Moment utc={time} />, #{entry}, trust policy{' '}
        <code title={trustPolicy}>{trustPolicy.slice(0, 15)}</code>
      </p>
    </>
  );
}
