import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { consoleFolder } from '../console/console-folder.ts';
import { serveConsole } from '../console/serve-console.ts';
import { ServerError } from '../error.ts';
import { approvalEndpoints } from './approvals.ts';
import { blobEndpoints } from './blobs.ts';
import { breakGlassEndpoints } from './break-glass.ts';
import { budgetEndpoints } from './budget.ts';
import { cancellationEndpoints } from './cancellation.ts';
import { clarificationEndpoints } from './clarification.ts';
import { debateEndpoints } from './debate.ts';
import { egressEndpoints } from './egress.ts';
import type { ApiContext, ApiVariables, Endpoint } from './endpoint.ts';
import { eventEndpoints } from './events.ts';
import { evidenceEndpoints } from './evidence.ts';
import { guardAccess, guardHost, hardenAnswer } from './guards.ts';
import { healthEndpoints } from './health.ts';
import { ledgerEndpoints } from './ledger.ts';
import { loginEndpoints } from './login.ts';
import { motionEndpoints } from './motions.ts';
import { openApiDocument } from './openapi.ts';
import { opinionEndpoints } from './opinions.ts';
import { passkeyEndpoints } from './passkeys.ts';
import type { Api } from './ports.ts';
import { problemResponse } from './problem.ts';
import { guardReading, noteRefusal } from './record-guards.ts';
import { runEndpoints } from './runs.ts';
import { stepEndpoints } from './steps.ts';
import { stopEndpoints } from './stop.ts';
import { tokenEndpoints } from './tokens.ts';
import { trustEndpoints } from './trust.ts';
import { whyEndpoints } from './why.ts';

export type ApiApp = Hono<{ Bindings: HttpBindings; Variables: ApiVariables }>;

export function endpointsOf(api: Api): Endpoint[] {
  return [
    ...runEndpoints(api),
    ...cancellationEndpoints(api),
    ...clarificationEndpoints(api),
    ...motionEndpoints(api),
    ...debateEndpoints(api),
    ...opinionEndpoints(api),
    ...stepEndpoints(api),
    ...approvalEndpoints(api),
    ...passkeyEndpoints(api),
    ...stopEndpoints(api),
    ...breakGlassEndpoints(api),
    ...whyEndpoints(api),
    ...egressEndpoints(api),
    ...budgetEndpoints(api),
    ...trustEndpoints(api),
    ...ledgerEndpoints(api),
    ...evidenceEndpoints(api),
    ...blobEndpoints(api),
    ...tokenEndpoints(api),
    ...loginEndpoints(api),
    ...eventEndpoints(api),
    ...healthEndpoints(api),
  ];
}

/** The whole API. Whatever goes wrong is answered with a problem document. */
export function createApp(api: Api): ApiApp {
  const app: ApiApp = new Hono();
  const endpoints = endpointsOf(api);
  const document = openApiDocument(endpoints);

  app.use(hardenAnswer);
  app.use(guardHost(api.hosts));
  app.onError((error, context) => {
    noteRefusal(api, context, error);
    return problemResponse(error, context.req.path);
  });
  app.notFound((context) =>
    problemResponse(new ServerError('path-unknown', 'There is nothing here.'), context.req.path),
  );
  serveConsole(app, consoleFolder());
  app.get('/openapi.json', (context) => context.json(document));
  const guards = [guardAccess(api), guardReading(api)];
  for (const endpoint of endpoints)
    app.on(endpoint.method.toUpperCase(), routeOf(endpoint.path), async (context: ApiContext) => {
      for (const guard of guards) await guard(context, endpoint);
      return endpoint.respond(context);
    });
  for (const [path, methods] of methodsByPath(endpoints))
    app.all(routeOf(path), (context) =>
      problemResponse(new ServerError('method-refused', `${context.req.method} is not possible here.`), path, {
        allow: methods.join(', '),
      }),
    );
  return app;
}

/** A tile's name is the one parameter with slashes in it. */
function routeOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'tile' ? `:${name}{.+}` : `:${name}`));
}

function methodsByPath(endpoints: readonly Endpoint[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of endpoints) methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  return methods;
}
