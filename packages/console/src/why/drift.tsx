import type { WhyAnswer } from '@duovir/protocol';
import { useId, useState, type JSX } from 'react';
import { isAsAttested, valueText } from './value-text.ts';

/** Compares what somebody sees with what was attested last. */
export function Drift({ answer }: { readonly answer: WhyAnswer }): JSX.Element {
  const [observed, setObserved] = useState('');
  const id = useId();
  return (
    <div className="drift">
      <label htmlFor={id}>What is there now?</label>
      <input
        id={id}
        autoComplete="off"
        spellCheck={false}
        placeholder={valueText(answer.value)}
        value={observed}
        onChange={(event) => setObserved(event.target.value)}
      />
      <p role="status">{observed !== '' && sentence(answer, observed.trim())}</p>
    </div>
  );
}

function sentence({ value, run, entry }: WhyAnswer, observed: string): string {
  const isSame = isAsAttested(value, observed);
  if (isSame === undefined) return 'This has to be compared with `duovir why … --observed`, which has the plan.';
  if (isSame) return 'As it was decided and attested.';
  return `Nobody here decided this. Last attested was ${valueText(value)}, in ${run}, entry #${entry}.`;
}
