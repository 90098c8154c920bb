import type { ApprovalView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { Command } from '../page/command.tsx';
import { Moment } from '../page/moment.tsx';
import { addressOf } from '../route.ts';
import { MotionPlan } from './motion-plan.tsx';
import { quorumText } from './quorum-text.ts';

/** One motion, what exactly it would do, and how to decide it. */
export function ApprovalCard({
  client,
  approval,
}: {
  readonly client: Client;
  readonly approval: ApprovalView;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { motion, run, given } = approval;
  const left = approval.people.filter((name) => given.every(({ person }) => person !== name));
  return (
    <article className="box" aria-labelledby={motion}>
      <h2 id={motion}>
        <a href={addressOf({ kind: 'run', id: run })}>{approval.goal}</a>
      </h2>
      <p>
        Risk class {approval.riskClass}, because of {approval.reasons.join(', ')}. Asked for by {approval.requester}.
      </p>
      <p>
        {quorumText(approval)} must approve until <Moment utc={approval.until} />.
        {given.map(({ person, verdict }) => ` ${person}: ${verdict}.`)}
      </p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>What would be done, to the last value</summary>
        {isOpen && <MotionPlan client={client} run={run} motion={motion} />}
      </details>
      {left.map((person) => (
        <section key={person} aria-label={`How ${person} decides`}>
          <h3>{person} approves</h3>
          <Command text={`npx duovir approval approve ${motion} --as ${person}`} />
          <h3>{person} rejects</h3>
          <Command text={`npx duovir approval reject ${motion} --as ${person}`} />
        </section>
      ))}
    </article>
  );
}
