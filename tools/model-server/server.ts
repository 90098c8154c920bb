import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliver, type Delivery } from './delivery.ts';
import { bodyOf, digestOfBody, type ReceivedRequest } from './received-request.ts';

export interface ServerOptions {
  /** 0, and nothing said: a free port. Only on loopback. */
  readonly port?: number;
  /** A Unix socket on which the same is served. */
  readonly socket?: string;
  readonly clock?: () => Date;
  readonly onRequest?: (request: ReceivedRequest) => void;
}

export interface ModelServer {
  /** Base address, without a path. Clients of OpenAI and Anthropic want `/v1` behind it. */
  readonly url: string;
  requests(): readonly ReceivedRequest[];
  /** Breaks what is still open. */
  close(): Promise<void>;
}

/** What is known of a request besides the request. */
export interface Circumstances {
  /** How often exactly these bytes have come so far, this time included. */
  readonly attempt: number;
  readonly now: Date;
}

/** Decides what is sent in answer to a request, or that nothing ever is. */
export type Responder = (received: ReceivedRequest, circumstances: Circumstances) => Promise<Delivery | 'never'>;

/** Listens, keeps what came, and sends what the responder says. */
export async function listen(responder: Responder, options: ServerOptions): Promise<ModelServer> {
  const requests: ReceivedRequest[] = [];
  const clock = options.clock ?? (() => new Date());
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const overTcp = createServer(listener);
  const servers = [overTcp];
  overTcp.listen(options.port ?? 0, '127.0.0.1');
  if (options.socket !== undefined) servers.push(createServer(listener).listen(options.socket));
  await Promise.all(servers.map(async (server) => once(server, 'listening')));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const body = await bodyOf(request);
    const received: ReceivedRequest = {
      number: requests.length + 1,
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      digest: digestOfBody(body),
      receivedAt: clock(),
      state: 'open',
    };
    requests.push(received);
    response.once('close', () => (received.state = response.writableFinished ? 'answered' : 'left'));
    options.onRequest?.(received);
    const attempt = requests.filter(({ digest }) => digest === received.digest).length;
    const delivery = await responder(received, { attempt, now: clock() });
    if (delivery !== 'never') await deliver(response, delivery, left.signal);
  }

  return {
    url: `http://127.0.0.1:${(overTcp.address() as AddressInfo).port}`,
    requests: () => requests,
    close: async () => {
      await Promise.all(servers.map(closed));
    },
  };
}

async function closed(server: Server): Promise<void> {
  const closing = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closing;
}
