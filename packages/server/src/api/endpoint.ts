import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import * as z from 'zod';
import type { AccessAction } from '@duovir/protocol';
import type { Caller } from '../access/caller.ts';
import type { Reader } from '../access/reader.ts';
import { readBody, readParameters } from './body.ts';
import { components, type Component } from './components.ts';

/** `asked`: what for. `caller`: who, once that is known; `reader`: the same, once he may. */
export interface ApiVariables {
  readonly asked: AccessAction | null;
  readonly caller: Caller;
  readonly reader: Reader;
}
export type ApiContext = Context<{ Bindings: HttpBindings; Variables: ApiVariables }>;

/**
 * What one must be allowed to do, and to what: the run that the path names, the installation, or, where the answer is about
 * several runs, to the installation and then to each run: the operation itself leaves out what its reader may not read.
 */
export interface AccessRule {
  readonly action: AccessAction;
  readonly resource: 'run' | 'runs' | 'installation';
}

type Method = 'get' | 'post' | 'delete';

/** One operation of the API: what answers it, and what the OpenAPI document says about it. */
export interface Endpoint {
  readonly method: Method;
  /** With `{name}` for parameters, as in OpenAPI. */
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  /** `public` needs no token. */
  readonly access: AccessRule | 'public';
  readonly parameters: z.ZodObject;
  readonly query: z.ZodObject;
  readonly headers: z.ZodObject;
  readonly body: Component | undefined;
  readonly answer: { readonly status: number; readonly media: string; readonly schema: Component | undefined };
  respond(context: ApiContext): Promise<Response>;
}

const none = z.strictObject({});
type None = typeof none;
type AnyDefinition = Definition<z.ZodObject, z.ZodObject, z.ZodObject, Component>;

interface Definition<
  Parameters extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends Component,
> {
  readonly method: Method;
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  readonly access: AccessRule | 'public';
  readonly parameters?: Parameters;
  readonly query?: Query;
  readonly headers?: Headers;
  readonly body?: Body;
  readonly status?: number;
}

export interface Call<Parameters, Query, Headers, Body> {
  readonly parameters: Parameters;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
  readonly person: string;
  readonly reader: Reader;
  readonly context: ApiContext;
}

type CallOf<
  Parameters extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends Component,
> = Call<z.output<Parameters>, z.output<Query>, z.output<Headers>, z.output<(typeof components)[Body]>>;

/** An operation that answers JSON of the component named `answer`. */
export function jsonEndpoint<
  Answer extends Component,
  Parameters extends z.ZodObject = None,
  Query extends z.ZodObject = None,
  Headers extends z.ZodObject = None,
  Body extends Component = never,
>(
  definition: Definition<Parameters, Query, Headers, Body> & {
    readonly answer: Answer;
    handle(call: CallOf<Parameters, Query, Headers, Body>): Promise<z.output<(typeof components)[Answer]>>;
  },
): Endpoint {
  const status = definition.status ?? 200;
  return {
    ...described(definition),
    answer: { status, media: 'application/json', schema: definition.answer },
    respond: async (context) =>
      context.json((await definition.handle(await callOf(definition, context))) as object, status as 200),
  };
}

/** An operation that answers something else than JSON. */
export function rawEndpoint<
  Parameters extends z.ZodObject = None,
  Query extends z.ZodObject = None,
  Headers extends z.ZodObject = None,
>(
  definition: Definition<Parameters, Query, Headers, never> & {
    readonly media: string;
    readonly schema?: Component;
    handle(call: CallOf<Parameters, Query, Headers, never>): Promise<Response>;
  },
): Endpoint {
  return {
    ...described(definition),
    answer: { status: definition.status ?? 200, media: definition.media, schema: definition.schema },
    respond: async (context) => definition.handle(await callOf(definition, context)),
  };
}

function described(definition: AnyDefinition): Omit<Endpoint, 'answer' | 'respond'> {
  const { method, path, operation, summary, body } = definition;
  return {
    method,
    path,
    operation,
    summary,
    body,
    access: definition.access,
    parameters: definition.parameters ?? none,
    query: definition.query ?? none,
    headers: definition.headers ?? none,
  };
}

/** Everything of the request, checked. The schemas are those of the definition, which the caller's type names. */
async function callOf<Checked>(definition: AnyDefinition, context: ApiContext): Promise<Checked> {
  const { parameters = none, query = none, headers, body } = definition;
  const reader = context.get('reader');
  const call: Call<unknown, unknown, unknown, unknown> = {
    parameters: pathParameters(context, parameters),
    query: readParameters(context.req.queries(), query),
    headers: headers ? readParameters(single(pick(context.req.header(), Object.keys(headers.shape))), headers) : {},
    body: body === undefined ? undefined : await readBody(context, components[body]),
    // A public operation is told nobody's name.
    person: reader?.caller.person ?? '',
    reader,
    context,
  };
  return call as Checked;
}

/** Those of the path, checked. */
export function pathParameters<Parameters extends z.ZodObject>(
  context: ApiContext,
  schema: Parameters,
): z.output<Parameters> {
  return readParameters(single(context.req.param()), schema);
}

function single(values: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}

function pick(values: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
