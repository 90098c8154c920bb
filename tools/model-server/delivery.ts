import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pace } from './reply.ts';

/** An answer on its way: headers, and the body in the pieces in which it is written. */
export interface Delivery {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: readonly (string | Buffer)[];
  /** What may stand before the answer without meaning anything. */
  readonly filler: string;
  readonly pace: Pace | undefined;
  /** Where the body ends before its time, and how: in good order, or with the connection. */
  readonly cut: { readonly afterBytes: number; readonly how: 'end' | 'break' } | undefined;
}

/** Writes the answer. Returns early when the client goes away: `signal` aborts then. */
export async function deliver(response: ServerResponse, delivery: Delivery, signal: AbortSignal): Promise<void> {
  const { status, headers, pace, cut } = delivery;
  const pieces = cut === undefined ? delivery.pieces : firstBytes(delivery.pieces, cut.afterBytes);
  if (cut?.how === 'break' && pieces.length === 0) return void response.destroy();
  if (pace?.whiteSpaceMilliseconds === undefined) await waitFor(pace?.firstMilliseconds, signal);
  response.writeHead(status, headers);
  response.flushHeaders();
  if (pace?.whiteSpaceMilliseconds !== undefined) await whiteSpace(response, delivery.filler, pace, signal);
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await waitFor(pace?.pieceMilliseconds, signal);
    if (signal.aborted) return;
    await written(response, piece);
  }
  if (cut?.how === 'break') response.destroy();
  else response.end();
}

async function whiteSpace(response: ServerResponse, filler: string, pace: Pace, signal: AbortSignal): Promise<void> {
  const every = pace.whiteSpaceMilliseconds ?? 0;
  for (let waited = 0; waited < pace.firstMilliseconds && !signal.aborted; waited += every) {
    await written(response, filler);
    await waitFor(every, signal);
  }
}

async function waitFor(milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (!milliseconds) return;
  await pause(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** Resolves when the piece has been handed to the system, so that pieces arrive as pieces. */
async function written(response: ServerResponse, piece: string | Buffer): Promise<void> {
  await new Promise<void>((resolve) => response.write(piece, () => resolve()));
}

function firstBytes(pieces: readonly (string | Buffer)[], count: number): Buffer[] {
  const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece))).subarray(0, count);
  return bytes.length === 0 ? [] : [bytes];
}
