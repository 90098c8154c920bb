import { useState, type JSX } from 'react';
import { PlanView } from '../plan/plan-view.tsx';
import { plainText } from '../story/plain-text.ts';
import { DebateSection } from './debate-section.tsx';
import { EvidenceSection } from './evidence-section.tsx';
import type { WholeMotion } from './load-motion.ts';
import { Part } from './part.tsx';

const INDENT = 2;

/** What exactly is decided about, and all that was said about it. */
export function MotionContent({ motion }: { readonly motion: WholeMotion }): JSX.Element {
  const { view, evidence, debate, isExact } = motion;
  return (
    <>
      <Part title="What would be done, to the last value">
        <PlanView plan={view.plan} />
        <SignedBytes plan={view.plan} />
        {isExact === true && <p className="quiet">The digest of this plan is the one that is signed.</p>}
        {isExact === false && (
          <p role="alert" className="box bad">
            This is not the plan that would be signed: its digest is another one. Sign nothing, and tell the security
            officer.
          </p>
        )}
      </Part>
      <EvidenceSection evidence={evidence} />
      <DebateSection debate={debate} />
    </>
  );
}

function SignedBytes({ plan }: { readonly plan: WholeMotion['view']['plan'] }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The whole document that is signed</summary>
      {isOpen && (
        <pre className="lines" tabIndex={0}>
          <code>{plainText(JSON.stringify(plan, undefined, INDENT))}</code>
        </pre>
      )}
    </details>
  );
}
