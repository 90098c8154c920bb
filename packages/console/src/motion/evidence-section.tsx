import type { Evidence } from '@duovir/protocol';
import type { JSX } from 'react';
import { plainText } from '../story/plain-text.ts';
import { Part } from './part.tsx';

/** What reviewers were shown besides the plan: what it changes, what it would do, what was seen of the target. */
export function EvidenceSection({ evidence }: { readonly evidence: Evidence }): JSX.Element {
  const { diff, dryRun, state, checks, heal } = evidence;
  return (
    <>
      {heal && (
        <Part title="What it heals">
          <p>
            Step {heal.step}, {heal.signature}: {plainText(heal.explanation)}
          </p>
        </Part>
      )}
      {diff && (
        <Part title="What differs from the plan before">
          <Differences diff={diff} />
        </Part>
      )}
      <Part title="What each step would do, by rules over its exact bytes">
        <dl className="effects">
          {dryRun.map(({ step, effects, reasons }) => (
            <div key={step}>
              <dt>{step}</dt>
              <dd>
                {effects.length === 0 ? 'nothing that a rule knows' : effects.map(plainText).join('; ')}
                {reasons.length > 0 && <span className="quiet"> ({reasons.join(', ')})</span>}
              </dd>
            </div>
          ))}
        </dl>
      </Part>
      <Part title="What the checkers found">
        {checks.length === 0 ? (
          <p>Nothing: they let it pass.</p>
        ) : (
          <ul>
            {checks.map(({ id, severity, step, claim }) => (
              <li key={id}>
                {severity}
                {step !== null && ` in ${step}`}: {plainText(claim)}
              </li>
            ))}
          </ul>
        )}
      </Part>
      {state && (
        <Part title="What was seen of the target">
          <ul>
            {state.map(({ id, outcome, summary }) => (
              <li key={id}>
                {id} {outcome}: {plainText(summary)}
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

function Differences({ diff }: { readonly diff: NonNullable<Evidence['diff']> }): JSX.Element {
  if (diff.length === 0) return <p>Nothing.</p>;
  return (
    <dl className="differences">
      {diff.map(({ at, before, after }) => (
        <div key={at}>
          <dt>
            <code>{at}</code>
          </dt>
          {before !== undefined && (
            <dd>
              <del>{plainText(before)}</del>
            </dd>
          )}
          {after !== undefined && (
            <dd>
              <ins>{plainText(after)}</ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
