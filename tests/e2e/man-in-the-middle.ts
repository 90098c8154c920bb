import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

export interface Middle {
  readonly url: string;
  close(): void;
}

/** Stands between a command and the server, and hands on what `change` makes of the body of an answer. */
export async function standBetween(server: string, change: (path: string, body: Buffer) => Buffer): Promise<Middle> {
  const middle = createServer((request, response) => {
    void (async () => {
      const { method = 'GET', url: path = '/', headers } = request;
      const sent = method === 'GET' ? {} : { body: Readable.toWeb(request), duplex: 'half' as const };
      const { authorization = '', 'content-type': type = 'application/json' } = headers;
      const answer = await fetch(new URL(path, server), {
        method,
        headers: { authorization, 'content-type': type },
        ...sent,
      });
      const body = change(path, Buffer.from(await answer.arrayBuffer()));
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(body);
    })();
  });
  await new Promise<void>((resume) => middle.listen(0, '127.0.0.1', resume));
  return {
    url: `http://127.0.0.1:${(middle.address() as AddressInfo).port}`,
    close: () => {
      middle.closeAllConnections();
      middle.close();
    },
  };
}
