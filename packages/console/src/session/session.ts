import { createClient, type Client } from '@duovir/sdk';
import { Connection } from './connection.ts';

/** One reader with one token. */
export interface Session {
  readonly client: Client;
  readonly connection: Connection;
}

export function openSession(token: string): Session {
  const connection = new Connection({ fetch: (input, init) => fetch(input, init), now: () => new Date() });
  return { connection, client: createClient({ url: location.origin, token, fetch: connection.fetch }) };
}
