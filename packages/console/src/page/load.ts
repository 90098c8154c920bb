import { ApiError } from '@duovir/sdk';
import { useEffect, useState } from 'react';

export interface Failed {
  readonly kind: 'failed';
  /** Whether the same call may succeed later. */
  readonly isPassing: boolean;
  readonly message: string;
  readonly remedy: string;
}
export type Loaded<Value> = { readonly kind: 'loading' } | { readonly kind: 'loaded'; readonly value: Value } | Failed;

/**
 * Loads when `key` changes and again after as many milliseconds as `again` says, never twice at a time and not while nobody
 * looks. What was loaded stays when loading it again fails: the notice of the connection says that it may be old.
 */
export function useLoaded<Value>(
  key: string,
  again: (value: Value) => number | undefined,
  load: () => Promise<Value>,
): Loaded<Value> {
  const [state, setState] = useState<Loaded<Value>>({ kind: 'loading' });
  useEffect(() => {
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const reload = async (): Promise<void> => {
      clearTimeout(timer);
      const next = await load().then((value): Loaded<Value> => ({ kind: 'loaded', value }), failed);
      if (isGone) return;
      setState((known) => (next.kind === 'failed' && known.kind === 'loaded' ? known : next));
      const pause = pauseAfter(next);
      if (pause !== undefined) timer = setTimeout(whenSeen, pause);
    };
    const pauseAfter = (next: Loaded<Value>): number | undefined => {
      if (next.kind === 'loaded') return again(next.value);
      return next.kind === 'failed' && next.isPassing ? AFTER_FAILURE_MS : undefined;
    };
    const whenSeen = (): void => {
      if (document.hidden) document.addEventListener('visibilitychange', whenSeen, { once: true });
      else void reload();
    };
    void reload();
    return () => {
      isGone = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', whenSeen);
    };
    // `load` is new on every render; `key` says when it means something else.
  }, [key]);
  return state;
}

const AFTER_FAILURE_MS = 2_000;

export function failed(error: unknown): Failed {
  if (error instanceof ApiError) {
    const { message, remedy, consequence } = error;
    return { kind: 'failed', isPassing: consequence === 'retry', message, remedy };
  }
  // What browsers throw when a person turns the authenticator's dialog away, or does not answer it.
  if (error instanceof Error && error.name === 'NotAllowedError') {
    const message = 'Nothing was signed: the dialog of your device was cancelled, or took too long.';
    return { kind: 'failed', isPassing: false, message, remedy: 'Try again, and confirm on your device.' };
  }
  return {
    kind: 'failed',
    isPassing: false,
    message: error instanceof Error ? error.message : 'Something failed.',
    remedy: 'Reload the page.',
  };
}
