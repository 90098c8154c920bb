import { useEffect, useState, type JSX } from 'react';
import { remaining } from '../time.ts';

const TICK_MS = 1_000;

/** Counts down while it is looked at. */
export function TimeLeft({ until }: { readonly until: string }): JSX.Element {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <span>{remaining(until, now)}</span>;
}
