import type { JSX, ReactNode } from 'react';
import { Failure } from './failure.tsx';
import type { Loaded } from './load.ts';

/** Shows what was loaded, or why it is not there yet. */
export function Awaited<Value>({
  of,
  children,
}: {
  readonly of: Loaded<Value>;
  readonly children: (value: Value) => ReactNode;
}): JSX.Element {
  switch (of.kind) {
    case 'loading':
      return (
        <p className="loading quiet" role="status">
          Loading …
        </p>
      );
    case 'failed':
      return <Failure {...of} />;
    case 'loaded':
      return <>{children(of.value)}</>;
  }
}
