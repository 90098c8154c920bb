import { principalApp } from '@duovir/principal';
import { attestRequestSchema } from '@duovir/protocol';
import type { Hono } from 'hono';
import type { Attestor } from './attestor.ts';

/** What the server may ask of the attestor. */
export function attestorApp(attestor: Attestor): Hono {
  const app = principalApp();
  app.post('/v1/attestations', async (context) =>
    context.json(await attestor.attest(attestRequestSchema.parse(await context.req.json()))),
  );
  return app;
}
