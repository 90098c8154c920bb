import { createClient, type Client } from '@duovir/sdk';
import { Connection } from './connection.ts';

/** One reader, with a token or with the session that his browser has logged in for. */
export interface Session {
  readonly client: Client;
  readonly connection: Connection;
  readonly hasToken: boolean;
}

export function openSession(token: string | undefined): Session {
  const connection = new Connection({ fetch: (input, init) => fetch(input, init), now: () => new Date() });
  const access = token === undefined ? {} : { token };
  return {
    connection,
    client: createClient({ url: location.origin, fetch: connection.fetch, ...access }),
    hasToken: token !== undefined,
  };
}
