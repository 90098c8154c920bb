import { chmodSync, rmSync } from 'node:fs';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Server } from 'node:http';
import * as z from 'zod';
import { DuovirError } from '@duovir/protocol';

/** Requests between principals stay below this; larger ones are refused before they are parsed. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A Hono app whose errors are RFC 9457 problems that carry the code and the remedy. */
export function principalApp(): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (error instanceof z.ZodError)
      return context.json(
        {
          type: 'about:blank',
          title: 'Malformed request',
          status: 400,
          detail: z.prettifyError(error),
          code: 'malformed',
          remedy: 'Send the documented shape.',
        },
        400,
      );
    if (error instanceof DuovirError)
      return context.json(
        {
          type: 'about:blank',
          title: error.message,
          status: 409,
          detail: error.message,
          code: String(error.code),
          remedy: error.remedy,
        },
        409,
      );
    console.error(error);
    return context.json(
      {
        type: 'about:blank',
        title: 'Internal error',
        status: 500,
        detail: 'See the log of this process.',
        code: 'internal',
        remedy: 'Look into the log of this process.',
      },
      500,
    );
  });
  app.get('/v1/health', (context) => context.json({ ok: true }));
  return app;
}

/** Serves the app on a Unix socket that only the own user can open. */
export async function serveUnix(app: Hono, socket: string): Promise<{ close(): Promise<void> }> {
  rmSync(socket, { force: true });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const mask = process.umask(0o177);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  }).finally(() => process.umask(mask));
  chmodSync(socket, 0o600);
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(socket, { force: true });
    },
  };
}
