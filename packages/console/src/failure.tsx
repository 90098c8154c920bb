import type { JSX } from 'react';

export function Failure({ message, remedy }: { readonly message: string; readonly remedy: string }): JSX.Element {
  return (
    <p role="alert" className="failure">
      {message} <span>{remedy}</span>
    </p>
  );
}
