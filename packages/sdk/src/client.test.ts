import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { createClient, type Client } from './client.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<Client> {
  return createClient({ url: await listen(listener), token: 'secret' });
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const RUN = 'run-aaaaaaaaaaaaaaaaaaaa';
const run = {
  id: RUN,
  goal: 'Anything',
  requester: 'ann',
  environment: 'development',
  playbook: null,
  state: { kind: 'running', stage: 'plan' },
  heals: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  lastEvent: 0,
};
const problem = {
  type: 'urn:duovir:problem:run-unknown',
  title: 'Not Found',
  status: 404,
  detail: 'There is no such run.',
  code: 'run-unknown',
  remedy: 'List the runs.',
};

function frame(seq: number): string {
  const event = { seq, run: RUN, time: run.createdAt, type: 'step-skip', body: { step: 'a', reason: `é${seq}` } };
  return `id: ${seq}\nevent: step-skip\ndata: ${JSON.stringify(event)}\n\n`;
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'no error',
    (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
  );
}

test('without a token the browser’s own session is what the server has to go by', async () => {
  let asked: IncomingMessage | undefined;
  const url = await listen((incoming, outgoing) => {
    asked = incoming;
    outgoing.end(JSON.stringify({ issuer: null }));
  });
  expect(await createClient({ url }).loginOffer()).toEqual({ issuer: null });
  expect(asked?.headers.authorization).toBeUndefined();
});

test('the token and the idempotency key go with the request, and the answer is checked', async () => {
  let asked: IncomingMessage | undefined;
  const client = await serve((incoming, outgoing) => {
    asked = incoming;
    outgoing.end(JSON.stringify(run));
  });
  expect(await client.startRun({ goal: 'Anything', target: 'sandbox' }, { idempotencyKey: 'k' })).toEqual(run);
  expect(asked?.headers).toMatchObject({ authorization: 'Bearer secret', 'idempotency-key': 'k' });
  const liar = await serve((_, outgoing) => outgoing.end(JSON.stringify({ ...run, extra: 1 })));
  expect(await codeOf(liar.run(RUN))).toBe('answer-malformed');
  const mumbler = await serve((_, outgoing) => outgoing.end('<html>'));
  expect(await codeOf(mumbler.run(RUN))).toBe('answer-malformed');
});

test('a problem is an error that says how to solve it; so is a server that is not there', async () => {
  const client = await serve((_, outgoing) => {
    outgoing.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  });
  await expect(client.run(RUN)).rejects.toMatchObject({ code: 'refused', remedy: 'List the runs.', problem });
  expect(await codeOf(createClient({ url: 'http://127.0.0.1:1', token: '' }).run(RUN))).toBe('unreachable');
});

test('a redirect is not followed: the token stays here', async () => {
  const client = await serve((_, outgoing) => {
    outgoing.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  });
  expect(await codeOf(client.run(RUN))).toBe('unreachable');
});

test('pages are gone through to the last', async () => {
  const client = await serve((incoming, outgoing) => {
    const cursor = new URL(incoming.url ?? '', 'http://x').searchParams.get('cursor');
    outgoing.end(JSON.stringify({ items: [run, run], cursor: cursor === null ? 'next' : null }));
  });
  const seen: string[] = [];
  for await (const { id } of client.runs()) seen.push(id);
  expect(seen).toHaveLength(4);
});

test('wherever the connection breaks, every event comes once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 4 }), async (cuts) => {
      const total = 12;
      const left = [...cuts];
      const client = await serve((incoming, outgoing) => {
        const after = Number(incoming.headers['last-event-id'] ?? 0);
        const bytes = Buffer.from(
          Array.from({ length: total - after }, (_, index) => frame(after + index + 1)).join(''),
        );
        outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
        const cut = left.shift();
        if (cut === undefined) return outgoing.write(bytes);
        return outgoing.write(bytes.subarray(0, cut), () => outgoing.destroy());
      });
      const seen: number[] = [];
      for await (const { seq } of client.events(RUN)) {
        seen.push(seq);
        if (seq === total) break;
      }
      expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    }),
    { numRuns: 15 },
  );
});

test('a stream ends without an error when its reader has had enough', async () => {
  const client = await serve((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).write(frame(1));
  });
  const enough = new AbortController();
  const seen: number[] = [];
  for await (const { seq } of client.events(RUN, { signal: enough.signal })) {
    seen.push(seq);
    enough.abort();
  }
  expect(seen).toEqual([1]);
});

test('a run that does not exist is not waited for, a server that is away is', async () => {
  const refused = await serve((_, outgoing) => {
    outgoing.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  });
  expect(await codeOf(refused.events(RUN).next())).toBe('refused');
  const gone = createClient({ url: 'http://127.0.0.1:1', token: '' });
  const begun = Date.now();
  expect(await codeOf(gone.events(RUN, { patienceMs: 400 }).next())).toBe('unreachable');
  expect(Date.now() - begun).toBeGreaterThan(300);
});

test('what left for models is asked for page by page, and the switch is turned with its reason', async () => {
  const asked: { method: string | undefined; url: string | undefined; body: string }[] = [];
  const amount = { tokens: 1, microUsd: 2 };
  const budget = { levels: [], forecast: { worstCase: amount, left: amount, fits: true }, stop: null };
  const client = await serve((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      const { method, url } = incoming;
      asked.push({ method, url, body });
      const isFirst = url?.startsWith('/v1/egress') === true && !url.includes('cursor');
      outgoing.end(
        JSON.stringify(url?.startsWith('/v1/egress') ? { items: [], cursor: isFirst ? 'c' : null } : budget),
      );
    });
  });
  for await (const call of client.egress({ run: RUN, model: 'claude' })) expect(call).toBeUndefined();
  expect(await client.stopModels('It is wrong.')).toEqual(budget);
  await client.resumeModels();
  await client.budget({ run: RUN });
  expect(asked).toEqual([
    { method: 'GET', url: `/v1/egress?run=${RUN}&model=claude&limit=200`, body: '' },
    { method: 'GET', url: `/v1/egress?run=${RUN}&model=claude&limit=200&cursor=c`, body: '' },
    { method: 'POST', url: '/v1/budget/stop', body: '{"reason":"It is wrong."}' },
    { method: 'POST', url: '/v1/budget/resume', body: '' },
    { method: 'GET', url: `/v1/budget?run=${RUN}`, body: '' },
  ]);
});
