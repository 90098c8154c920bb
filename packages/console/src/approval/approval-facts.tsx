import type { ApprovalView } from '@duovir/protocol';
import type { JSX } from 'react';
import { RuleTable } from '../motion/rule-table.tsx';
import { Moment } from '../page/moment.tsx';
import { plainText } from '../story/plain-text.ts';
import { quorumText } from './quorum-text.ts';
import { TimeLeft } from './time-left.tsx';

/** Who asks, how risky it is and why, who must decide until when, and who has. */
export function ApprovalFacts({ approval }: { readonly approval: ApprovalView }): JSX.Element {
  const { riskClass, reasons, requester, environment, dataClass, explanation, rule, given, until } = approval;
  return (
    <>
      <p>
        Risk class {riskClass}
        {reasons.length > 0 && `, because of ${reasons.join(', ')}`}. Asked for by {requester}, in {environment}, with{' '}
        {dataClass} data.
      </p>
      <p>{plainText(explanation)}</p>
      <RuleTable rule={rule} />
      <p>
        {quorumText(approval)} must approve until <Moment utc={until} /> (<TimeLeft until={until} />
        ).
        {given.map(({ person, verdict }) => ` ${person}: ${verdict}.`)}
      </p>
    </>
  );
}
