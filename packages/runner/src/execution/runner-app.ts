import { principalApp } from '@duovir/principal';
import {
  envelopeSchema,
  executeRequestSchema,
  runIdSchema,
  stopLiftRequestSchema,
  stopOrderSchema,
} from '@duovir/protocol';
import type { Hono } from 'hono';
import * as z from 'zod';
import { RunnerError } from '../error.ts';
import type { Feed } from './feed.ts';
import type { Runner } from './runner.ts';

const permitIdSchema = z
  .string()
  .max(96)
  .regex(/^[a-z0-9-]+$/);
const releaseSchema = z.strictObject({ settlement: envelopeSchema, proof: z.string().max(65_536) });

const ndjson = (feed: Feed): Response =>
  new Response(feed.lines(), { headers: { 'content-type': 'application/x-ndjson' } });

/** What the server may ask of the runner. */
export function runnerApp(runner: Runner): Hono {
  const app = principalApp();
  app.post('/v1/executions', async (context) =>
    ndjson(await runner.execute(executeRequestSchema.parse(await context.req.json()))),
  );
  app.get('/v1/executions/:permit', async (context) =>
    context.json({ state: await runner.state(permitIdSchema.parse(context.req.param('permit'))) }),
  );
  app.get('/v1/executions/:permit/events', async (context) =>
    ndjson(await runner.events(permitIdSchema.parse(context.req.param('permit')))),
  );
  app.get('/v1/sandboxes/:run', (context) => {
    const run = runIdSchema.parse(context.req.param('run'));
    const handle = runner.sandbox(run);
    if (!handle) return context.json(absent(run), 404);
    return context.json(handle);
  });
  app.post('/v1/runs/:run/stop', (context) => {
    runner.stop(runIdSchema.parse(context.req.param('run')));
    return context.json({});
  });
  app.get('/v1/stop', (context) => context.json({ stops: runner.heldStops() }));
  app.post('/v1/stop', async (context) => {
    await runner.stopEverything(stopOrderSchema.parse(await context.req.json()));
    return context.json({});
  });
  app.post('/v1/stop/lift', async (context) => {
    await runner.liftStop(stopLiftRequestSchema.parse(await context.req.json()).statement);
    return context.json({});
  });
  app.post('/v1/runs/:run/release', async (context) => {
    const run = runIdSchema.parse(context.req.param('run'));
    const { settlement, proof } = releaseSchema.parse(await context.req.json());
    await runner.release(run, settlement, proof);
    return context.json({});
  });
  return app;
}

function absent(run: string): Record<string, unknown> {
  const { code, message, remedy } = new RunnerError('sandbox-absent', `${run} has no living sandbox.`);
  return { type: 'about:blank', title: message, status: 404, detail: message, code, remedy };
}
