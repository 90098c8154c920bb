import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
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
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    const problem = problemOf(error);
    if (problem.status === 500) console.error(error);
    return Response.json({ type: 'about:blank', ...problem }, { status: problem.status });
  });
  app.get('/v1/health', (context) => context.json({ ok: true }));
  return app;
}

interface PrincipalProblem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly remedy: string;
}

function problemOf(error: Error): PrincipalProblem {
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : 'The body is not JSON.';
    return { status: 400, title: 'Malformed request', detail, code: 'malformed', remedy: 'Send the documented shape.' };
  }
  if (error instanceof DuovirError) {
    const { message, code, remedy } = error;
    return { status: 409, title: message, detail: message, code: String(code), remedy };
  }
  const detail = 'See the log of this process.';
  return {
    status: 500,
    title: 'Internal error',
    detail,
    code: 'internal',
    remedy: 'Look into the log of this process.',
  };
}

const SET_GROUP = 0o2000;

/**
 * Serves the app on a Unix socket that only the own user can open, and the group of its folder where that hands its
 * group on (setgid): so a folder that was made for callers of another user stays the one place that says who calls.
 */
export async function serveUnix(app: Hono, socket: string): Promise<{ close(): Promise<void> }> {
  const folder = dirname(socket);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rmSync(socket, { force: true });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The socket is made before `listen` returns: files that others make meanwhile are not to get this mask.
    const mask = process.umask(0o177);
    try {
      server.listen(socket, resolve);
    } finally {
      process.umask(mask);
    }
  });
  chmodSync(socket, (statSync(folder).mode & SET_GROUP) === 0 ? 0o600 : 0o660);
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(socket, { force: true });
    },
  };
}
