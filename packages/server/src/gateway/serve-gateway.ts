import type { ModelGateway } from '@duovir/egress';
import { MAX_BODY_BYTES, principalApp, serveUnix } from '@duovir/principal';
import { modelRequestSchema } from '@duovir/protocol';
import { bodyLimit } from 'hono/body-limit';

/**
 * The one thing agents may ask of the server, on a socket of its own: nothing of the API can be reached through it. Who
 * asks is known by the signature under the question.
 */
export function serveGateway(gateway: ModelGateway, socket: string): Promise<{ close(): Promise<void> }> {
  const app = principalApp();
  app.post('/v1/model-calls', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) =>
    context.json(await gateway.ask(modelRequestSchema.parse(await context.req.json()))),
  );
  return serveUnix(app, socket);
}
