import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '@duovir/server/postgres';
import * as z from 'zod';
import type { Figure } from './figure.ts';

const SERVER = fileURLToPath(new URL('../packages/server/src/api/api.bench.ts', import.meta.url));
const CONNECTIONS = 10_000;
const AT_ONCE = 200;
const EVENTS = 20;
const RECONNECTS = 1000;
const BAR_KB = 12;
const DELIVERY_WITHIN_MS = 60_000;

const addressSchema = z.strictObject({ url: z.string(), path: z.string(), token: z.string() });
const memorySchema = z.strictObject({
  heap: z.number(),
  resident: z.number(),
  cpuBefore: z.number(),
  cpuAfter: z.number(),
});
const publishedSchema = z.strictObject({ published: z.number() });
type Address = z.infer<typeof addressSchema>;

/** One reader: only the numbers of its events are kept, so that 10,000 of them fit into this process. */
class Reader {
  readonly numbers: number[] = [];
  #socket: Socket | undefined;
  #rest = '';

  async open({ url, path, token }: Address): Promise<void> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    this.#socket = socket;
    this.#rest = '';
    const last = this.numbers.at(-1);
    const resume = last === undefined ? '' : `Last-Event-ID: ${last}\r\n`;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n${resume}\r\n`);
    socket.setEncoding('utf8').on('data', (chunk) => this.#read(String(chunk)));
    await once(socket, 'data');
  }

  close(): void {
    this.#socket?.destroy();
  }

  #read(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('id: ')) this.numbers.push(Number(line.slice(4)));
  }
}

interface Measured {
  readonly heapKb: number;
  readonly residentKb: number;
  readonly microseconds: number;
  readonly lost: number;
}

/** 10,000 open event streams of the whole API with its store, beside the least that node:http can do. */
export async function benchSse(): Promise<readonly Figure[]> {
  const root = mkdtempSync(join(tmpdir(), 'duovir-bench-sse-'));
  chmodSync(root, 0o755);
  const postgres = await startPostgres({ directory: root, onLog: () => {} });
  try {
    const plain = await measure('plain', '');
    const api = await measure('api', postgres.url);
    return [
      {
        name: 'sse.heap-per-connection',
        value: api.heapKb,
        unit: 'KB',
        bar: `<= ${BAR_KB} KB`,
        comparedWith: `plain node:http ${plain.heapKb} KB`,
        ratio: round(api.heapKb / plain.heapKb),
        ok: api.heapKb <= BAR_KB,
      },
      {
        name: 'sse.resident-per-connection',
        value: api.residentKb,
        unit: 'KB',
        comparedWith: `plain node:http ${plain.residentKb} KB`,
        ratio: round(api.residentKb / plain.residentKb),
        bar: '<= 1.5 x plain node:http',
        ok: api.residentKb <= 1.5 * plain.residentKb,
      },
      {
        name: 'sse.cpu-per-delivery',
        value: api.microseconds,
        unit: 'µs',
        comparedWith: `plain node:http ${plain.microseconds} µs`,
        ratio: round(api.microseconds / plain.microseconds),
        bar: '<= 2 x plain node:http',
        ok: api.microseconds <= 2 * plain.microseconds,
      },
      {
        name: 'sse.lost-or-repeated',
        value: api.lost,
        unit: `of ${CONNECTIONS * 2 * EVENTS} deliveries, ${RECONNECTS} reconnects`,
        comparedWith: null,
        ratio: null,
        bar: 0,
        ok: api.lost === 0,
      },
    ];
  } finally {
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function measure(variant: 'plain' | 'api', databaseUrl: string): Promise<Measured> {
  const server = fork(SERVER, [variant, databaseUrl], { execArgv: ['--expose-gc', '--max-semi-space-size=8'] });
  try {
    const address = addressSchema.parse(await answer(server));
    await warmUp(address);
    const before = memorySchema.parse(await ask(server, { kind: 'measure' }));
    const readers = Array.from({ length: CONNECTIONS }, () => new Reader());
    await openAll(readers, address);
    await sleep(500);
    const connected = memorySchema.parse(await ask(server, { kind: 'measure' }));
    await publish(server, readers, EVENTS);
    const delivered = memorySchema.parse(await ask(server, { kind: 'measure' }));
    const lost = variant === 'api' ? await breakAndResume(server, readers, address) : 0;
    for (const reader of readers) reader.close();
    return {
      heapKb: round((connected.heap - before.heap) / 1024 / CONNECTIONS),
      residentKb: round((connected.resident - before.resident) / 1024 / CONNECTIONS),
      microseconds: round((delivered.cpuBefore - connected.cpuAfter) / (CONNECTIONS * EVENTS)),
      lost,
    };
  } finally {
    server.kill('SIGKILL');
  }
}

/** Code is compiled and pools are filled before memory is looked at. */
async function warmUp(address: Address): Promise<void> {
  const readers = Array.from({ length: AT_ONCE }, () => new Reader());
  await openAll(readers, address);
  for (const reader of readers) reader.close();
  await sleep(300);
}

async function openAll(readers: readonly Reader[], address: Address): Promise<void> {
  for (let at = 0; at < readers.length; at += AT_ONCE)
    await Promise.all(readers.slice(at, at + AT_ONCE).map((reader) => reader.open(address)));
}

async function publish(server: ChildProcess, readers: readonly Reader[], events: number): Promise<void> {
  const wanted = (readers[0]?.numbers.length ?? 0) + events;
  publishedSchema.parse(await ask(server, { kind: 'publish', events }));
  const deadline = Date.now() + DELIVERY_WITHIN_MS;
  while (readers.some(({ numbers }) => numbers.length < wanted) && Date.now() < deadline) await sleep(20);
}

/** While events are written, some readers go and come back; afterwards all must have seen the same, once each. */
async function breakAndResume(server: ChildProcess, readers: readonly Reader[], address: Address): Promise<number> {
  const leaving = readers.slice(-RECONNECTS);
  for (const reader of leaving) reader.close();
  const publishing = ask(server, { kind: 'publish', events: EVENTS });
  await openAll(leaving, address);
  publishedSchema.parse(await publishing);
  const deadline = Date.now() + DELIVERY_WITHIN_MS;
  while (readers.some(({ numbers }) => numbers.length < 2 * EVENTS) && Date.now() < deadline) await sleep(20);
  const expected = (readers[0]?.numbers ?? []).toSorted((a, b) => a - b);
  return readers.reduce((lost, { numbers }) => lost + difference(numbers, expected), 0);
}

function difference(numbers: readonly number[], expected: readonly number[]): number {
  const length = Math.max(numbers.length, expected.length, 2 * EVENTS);
  return Array.from({ length }, (_, at) => numbers[at] === expected[at]).filter((same) => !same).length;
}

async function ask(server: ChildProcess, command: Record<string, unknown>): Promise<unknown> {
  const answered = answer(server);
  server.send(command);
  return answered;
}

async function answer(server: ChildProcess): Promise<unknown> {
  const [message] = (await Promise.race([
    once(server, 'message'),
    once(server, 'exit').then(() => {
      throw new Error('the server under measurement ended');
    }),
  ])) as unknown[];
  return message;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
