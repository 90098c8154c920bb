import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { newRunId } from './run-id.ts';
import { startApi } from './api.fixture.ts';

/**
 * One server under measurement, told over its channel to its parent what to do. `api` is the whole API with its real
 * store; `plain` the least that node:http can do, for comparison.
 */
const commandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('measure') }),
  z.strictObject({ kind: z.literal('publish'), events: z.int() }),
]);

interface Subject {
  readonly url: string;
  readonly path: string;
  readonly token: string;
  publish(index: number): Promise<void>;
}

const TEXT = 'x'.repeat(180);
const [variant, databaseUrl = ''] = process.argv.slice(2);
const subject = variant === 'plain' ? await plain() : await api();

async function api(): Promise<Subject> {
  const server = await startApi(databaseUrl);
  const run = newRunId(server.api.random);
  await server.api.runs.accept({
    run,
    requester: 'ann',
    acceptedAt: server.api.clock.now().toISOString(),
    request: {
      goal: 'Measure',
      target: 'sandbox',
      inputs: {},
      environment: 'development',
      dataClass: 'internal',
      occupiedPorts: [],
    },
  });
  const publish = async (index: number): Promise<void> => {
    const body = { step: 'a', reason: TEXT };
    await server.api.events.publish(run, `event-${index}`, { type: 'step-skip', body });
  };
  return { url: server.url, path: `/v1/runs/${run}/events`, token: server.token('ann'), publish };
}

async function plain(): Promise<Subject> {
  const readers = new Set<ServerResponse>();
  const server = createServer((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).write(':ok\n\n');
    readers.add(outgoing);
    outgoing.once('close', () => readers.delete(outgoing));
  });
  await new Promise<void>((resume) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resume));
  const publish = async (index: number): Promise<void> => {
    const frame = `id: ${index + 1}\nevent: step-skip\ndata: ${JSON.stringify({ reason: TEXT })}\n\n`;
    for (const reader of readers) reader.write(frame);
    // As in life, the next event is another turn of the event loop: node:http would join the writes of one turn.
    await new Promise((resume) => setImmediate(resume));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, path: '/', token: '', publish };
}

interface Measures {
  readonly heap: number;
  readonly resident: number;
  /** Processor time so far, in microseconds: before this measurement began, and when it was over. */
  readonly cpuBefore: number;
  readonly cpuAfter: number;
}

async function measure(): Promise<Measures> {
  const cpuBefore = processorTime();
  // Pages that garbage has left are given back by a later collection than the one that frees them.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resume) => setTimeout(resume, 200));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss, cpuBefore, cpuAfter: processorTime() };
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

let published = 0;
process.on('message', (message) => {
  const command = commandSchema.parse(message);
  if (command.kind === 'measure') void measure().then((figures) => process.send?.(figures));
  else
    void (async () => {
      for (let index = 0; index < command.events; index += 1) await subject.publish((published += 1));
      process.send?.({ published });
    })();
});
process.once('disconnect', () => process.exit(0));
process.send?.({ url: subject.url, path: subject.path, token: subject.token });
