import type { JSX } from 'react';

/** What went wrong and how to solve it. */
export function Failure({ message, remedy }: { readonly message: string; readonly remedy: string }): JSX.Element {
  return (
    <div role="alert" className="failure">
      <p>{message}</p>
      <p>{remedy}</p>
    </div>
  );
}
