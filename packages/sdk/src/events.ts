import { runEventSchema, type RunEvent } from '@duovir/protocol';
import { ApiError, malformed } from './api-error.ts';
import { streamMessages } from './event-lines.ts';
import type { Transport } from './transport.ts';

export interface EventOptions {
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal;
  /** Begin after this event. */
  readonly after?: number;
  /** How long to look for a server that is gone before giving up, milliseconds. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 120_000;
/** The server says something every 15 seconds; a connection that is silent for longer than this is dead. */
const MOST_SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3000;

/** Events as they happen. A broken connection is taken up again after the last event: none is lost, none comes twice. */
export async function* readEvents(transport: Transport, path: string, options: EventOptions): AsyncGenerator<RunEvent> {
  const { signal, patienceMs = PATIENCE_MS } = options;
  let last = options.after;
  let pause = FIRST_PAUSE_MS;
  let deadline = Date.now() + patienceMs;
  while (!signal?.aborted) {
    try {
      for await (const event of connect(transport, path, last, signal)) {
        last = event.seq;
        yield event;
        pause = FIRST_PAUSE_MS;
        deadline = Date.now() + patienceMs;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!isPassing(error) || Date.now() > deadline) throw error;
    }
    await sleep(pause, signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

async function* connect(
  transport: Transport,
  path: string,
  last: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), MOST_SILENCE_MS);
  const stop = AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]);
  try {
    const headers = { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': String(last) }) };
    const { body } = await transport.send({ path, headers, signal: stop });
    if (!body) return;
    const heard = body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          clearTimeout(timer);
          timer = setTimeout(() => silence.abort(), MOST_SILENCE_MS);
          controller.enqueue(chunk);
        },
      }),
    );
    for await (const { data } of streamMessages(heard)) yield parse(data);
  } finally {
    clearTimeout(timer);
  }
}

function parse(data: string): RunEvent {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw malformed('an event is not JSON', cause);
  }
  const parsed = runEventSchema.safeParse(value);
  if (!parsed.success) throw malformed('an event has another shape than agreed', parsed.error);
  return parsed.data;
}

/** Everything but an answer that will be the same next time: networks and servers come back. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.consequence === 'retry';
}

async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resume) => {
    const timer = setTimeout(go, milliseconds);
    function go(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', go);
      resume();
    }
    signal?.addEventListener('abort', go);
  });
}
