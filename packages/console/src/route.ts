import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly kind: 'runs' }
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'approvals' };

/** Places are in the fragment of the address: they can be linked to, and the server never sees them. */
export function parseRoute(fragment: string): Route {
  const [, place, id] = fragment.replace(/^#/, '').split('/');
  if (place === 'runs' && id) return { kind: 'run', id: decodeURIComponent(id) };
  if (place === 'approvals') return { kind: 'approvals' };
  return { kind: 'runs' };
}

export function useRoute(): Route {
  const fragment = useSyncExternalStore(
    (changed) => {
      addEventListener('hashchange', changed);
      return () => removeEventListener('hashchange', changed);
    },
    () => location.hash,
  );
  return parseRoute(fragment);
}
