import type { JSX } from 'react';
import { localSecond, localTime } from '../time.ts';

/** A time as the reader's clock shows it; pointing at it shows the UTC time that the ledger has. */
export function Moment({ utc, precise = false }: { readonly utc: string; readonly precise?: boolean }): JSX.Element {
  return (
    <time dateTime={utc} title={utc}>
      {precise ? localSecond(utc) : localTime(utc)}
    </time>
  );
}
