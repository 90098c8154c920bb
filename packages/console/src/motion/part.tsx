import type { JSX, ReactNode } from 'react';

/** Open at first: nobody should sign what was folded away. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): JSX.Element {
  return (
    <details className="part" open>
      <summary>
        <h3>{title}</h3>
      </summary>
      {children}
    </details>
  );
}
