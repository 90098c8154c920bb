import type { RunView } from '@duovir/protocol';
import type { JSX } from 'react';

/** The state in a word, with a colour that repeats it and never replaces it. */
export function RunState({ run }: { readonly run: RunView }): JSX.Element {
  const { state } = run;
  switch (state.kind) {
    case 'running':
      return <span className="state running">{state.stage}</span>;
    case 'waiting':
      return <span className="state waiting">waits for people</span>;
    case 'asking':
      return <span className="state waiting">waits for an answer</span>;
    case 'settled':
      return <span className={`state ${state.outcome}`}>{state.outcome}</span>;
  }
}
