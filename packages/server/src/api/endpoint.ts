import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import * as z from 'zod';
import { readBody, readParameters } from './body.ts';
import { components, type Component } from './components.ts';

/** `person` is whose token came with the request. */
export type ApiContext = Context<{ Bindings: HttpBindings; Variables: { person: string } }>;

/** One operation of the API: what answers it, and what the OpenAPI document says about it. */
export interface Endpoint {
  readonly method: 'get' | 'post';
  /** With `{name}` for parameters, as in OpenAPI. */
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  /** `public` needs no token. */
  readonly access: 'person' | 'public';
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
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  readonly access?: 'public';
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
    access: definition.access ?? 'person',
    parameters: definition.parameters ?? none,
    query: definition.query ?? none,
    headers: definition.headers ?? none,
  };
}

/** Everything of the request, checked. The schemas are those of the definition, which the caller's type names. */
async function callOf<Checked>(definition: AnyDefinition, context: ApiContext): Promise<Checked> {
  const { parameters = none, query = none, headers, body } = definition;
  const call: Call<unknown, unknown, unknown, unknown> = {
    parameters: readParameters(single(context.req.param()), parameters),
    query: readParameters(context.req.queries(), query),
    headers: headers ? readParameters(single(pick(context.req.header(), Object.keys(headers.shape))), headers) : {},
    body: body === undefined ? undefined : await readBody(context, components[body]),
    person: context.get('person'),
    context,
  };
  return call as Checked;
}

function single(values: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}

function pick(values: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
