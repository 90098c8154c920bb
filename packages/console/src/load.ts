import { ApiError } from '@duovir/sdk';
import { useEffect, useState } from 'react';

export type Loaded<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly value: Value }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string };

/** Loads once per `key`, and again every `everyMs` while the page is open. */
export function useLoaded<Value>(key: string, everyMs: number, load: () => Promise<Value>): Loaded<Value> {
  const [state, setState] = useState<Loaded<Value>>({ kind: 'loading' });
  useEffect(() => {
    let gone = false;
    const again = async (): Promise<void> => {
      const next = await load().then((value): Loaded<Value> => ({ kind: 'loaded', value }), failed);
      if (!gone) setState(next);
    };
    void again();
    const timer = setInterval(() => void again(), everyMs);
    return () => {
      gone = true;
      clearInterval(timer);
    };
    // `load` is new on every render; `key` says when it means something else.
  }, [key, everyMs]);
  return state;
}

export function failed(error: unknown): { readonly kind: 'failed'; readonly message: string; readonly remedy: string } {
  if (error instanceof ApiError) return { kind: 'failed', message: error.message, remedy: error.remedy };
  return {
    kind: 'failed',
    message: error instanceof Error ? error.message : 'Something failed.',
    remedy: 'Reload the page.',
  };
}
