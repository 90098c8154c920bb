/** Where keys come from, and what the composition root must give for it. */
export interface KeySources {
  /** Environment of the server. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => Date;
}

/** How long a store of keys may take to answer. */
const PATIENCE_MS = 10_000;

/** No redirects: a token that is sent along must reach nobody else. */
export function storeRequest(init: RequestInit): RequestInit {
  return { ...init, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) };
}
