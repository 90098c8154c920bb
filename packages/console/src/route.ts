/** What `why` is asked about. */
export interface Question {
  readonly target: string;
  readonly resource: string;
  /** Empty for the resource as a whole. */
  readonly path: string;
}

export type Route =
  | { readonly kind: 'runs' }
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'motion'; readonly run: string; readonly digest: string }
  | { readonly kind: 'approvals' }
  | { readonly kind: 'models' }
  | { readonly kind: 'passkeys' }
  | { readonly kind: 'why'; readonly question: Question | undefined }
  | { readonly kind: 'unknown' };

/** Places are in the fragment of the address: they can be linked to, and the server never sees them. */
export function parseRoute(fragment: string): Route {
  const words = wordsOf(fragment);
  if (words === undefined) return { kind: 'unknown' };
  const [place = 'runs', ...rest] = words;
  const [first = '', second = '', ...others] = rest;
  switch (place) {
    case 'runs':
      if (rest.length === 3 && second === 'motions') return { kind: 'motion', run: first, digest: others[0] ?? '' };
      if (rest.length > 1) return { kind: 'unknown' };
      return first === '' ? { kind: 'runs' } : { kind: 'run', id: first };
    case 'approvals':
    case 'models':
    case 'passkeys':
      return rest.length === 0 ? { kind: place } : { kind: 'unknown' };
    case 'why': {
      if (rest.length === 0) return { kind: 'why', question: undefined };
      // A path may be written with its slashes as they are.
      const question = { target: first, resource: second, path: others.join('/') };
      return first === '' || second === '' ? { kind: 'unknown' } : { kind: 'why', question };
    }
    default:
      return { kind: 'unknown' };
  }
}

/** The address of a place: what `parseRoute` reads. */
export function addressOf(route: Exclude<Route, { readonly kind: 'unknown' }>): string {
  switch (route.kind) {
    case 'run':
      return address('runs', route.id);
    case 'motion':
      return address('runs', route.run, 'motions', route.digest);
    case 'why':
      return route.question
        ? address('why', route.question.target, route.question.resource, route.question.path)
        : address('why');
    default:
      return address(route.kind);
  }
}

function address(...words: readonly string[]): string {
  return `#/${words.map(encodeURIComponent).join('/')}`;
}

function wordsOf(fragment: string): string[] | undefined {
  const words = fragment.replace(/^#?\/?/, '').split('/');
  if (words.at(-1) === '') words.pop();
  try {
    return words.map(decodeURIComponent);
  } catch (error) {
    // Somebody cut the address off within an escape.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
