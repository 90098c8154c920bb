import type { Plan } from '@duovir/protocol';
import type { JSX } from 'react';
import { callText } from './call-text.ts';

type Call = Plan['steps'][number]['call'];

/** A plan to the last value, as it would be carried out. */
export function PlanView({ plan }: { readonly plan: Plan }): JSX.Element {
  return (
    <ol className="plan">
      {plan.steps.map(({ id, title, call, compensate, verify }) => (
        <li key={id}>
          <h4>{title}</h4>
          <CallView call={call} />
          {verify.length > 0 && (
            <p className="quiet">Then seen to be true: {verify.map((probe) => probe.id).join(', ')}</p>
          )}
          {compensate.kind === 'none' ? (
            <p className="quiet">No undo: {compensate.reason}</p>
          ) : (
            <details>
              <summary>Undo</summary>
              <CallView call={compensate.call} />
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function CallView({ call }: { readonly call: Call }): JSX.Element {
  return (
    <dl className="call">
      <dt>action</dt>
      <dd>
        <code>{call.action}</code>
      </dd>
      {callText(call).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{value}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
