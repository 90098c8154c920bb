import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { Failure } from './failure.tsx';
import { useLoaded } from './load.ts';
import { localTime } from './time.ts';

const REFRESH_MS = 3_000;

/** What waits for people. An approval is signed with the person's own key, so the page shows the command that does it. */
export function ApprovalList({ client }: { readonly client: Client }): JSX.Element {
  const approvals = useLoaded('approvals', REFRESH_MS, () => client.approvals());
  if (approvals.kind === 'loading') return <p className="quiet">Loading …</p>;
  if (approvals.kind === 'failed') return <Failure {...approvals} />;
  return (
    <section>
      <h1>Approvals</h1>
      {approvals.value.length === 0 && <p className="quiet">Nothing waits for people.</p>}
      {approvals.value.map((approval) => (
        <article key={approval.motion}>
          <h2>
            <a href={`#/runs/${approval.run}`}>{approval.goal}</a>
          </h2>
          <p>
            {approval.riskClass} because of {approval.reasons.join(', ')}. Asked for by {approval.requester};{' '}
            {approval.needed} of {approval.people.join(', ')} must approve until{' '}
            <time dateTime={approval.until}>{localTime(approval.until)}</time>.
          </p>
          <pre>
            npx duovir approval approve {approval.motion} --as {approval.people[0]}
          </pre>
        </article>
      ))}
    </section>
  );
}
