import { useEffect, useState } from 'react';

const SETTLES_MS = 200;

/** The value, once it has not changed for a moment: nobody is asked at each letter. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
