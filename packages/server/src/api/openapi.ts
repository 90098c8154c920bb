import * as z from 'zod';
import { auditedAt } from '../audit/audited-path.ts';
import { components, type Component } from './components.ts';
import type { AccessRule, Endpoint } from './endpoint.ts';

type JsonObject = Record<string, unknown>;

const BASE = '#/components/schemas/';
/** Clients may leave out what has a default: what they send is described apart from what they get. */
const requests: readonly Component[] = [
  'ApprovalRequest',
  'ClarificationRequest',
  'BreakGlassRequest',
  'EvidenceExportRequest',
  'ModelStopRequest',
  'ShredRequest',
  'StartRun',
  'StopLiftRequest',
  'StopRequest',
  'TokenRequest',
];

/** The OpenAPI 3.1 document: written from the same schemas that check every request. */
export function openApiDocument(endpoints: readonly Endpoint[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const endpoint of endpoints) (paths[endpoint.path] ??= {})[endpoint.method] = operationOf(endpoint);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Duovir',
      version: '1',
      description: 'Runs, motions, opinions, approvals and the ledger. Errors are RFC 9457 problems.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths,
    components: {
      schemas: { ...schemasOf('output'), ...schemasOf('input') },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf(endpoint: Endpoint): JsonObject {
  const { status, media, schema } = endpoint.answer;
  return {
    operationId: endpoint.operation,
    summary: endpoint.summary,
    ...(endpoint.access === 'public' ? { security: [] } : accessOf(endpoint.path, endpoint.access)),
    parameters: [
      ...parametersOf('path', endpoint.parameters),
      ...parametersOf('query', endpoint.query),
      ...parametersOf('header', endpoint.headers),
    ],
    ...(endpoint.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: reference(endpoint.body) } } } }),
    responses: {
      [status]: { description: endpoint.summary, content: { [media]: schema ? { schema: reference(schema) } : {} } },
      default: {
        description: 'What went wrong and how to solve it.',
        content: { 'application/problem+json': { schema: reference('Problem') } },
      },
    },
  };
}

/** What the caller must be allowed, and of what part of the record he is then known to have read. */
function accessOf(path: string, access: AccessRule): JsonObject {
  const audited = auditedAt(path);
  return { 'x-duovir-access': access, ...(audited === undefined ? {} : { 'x-duovir-audited': audited }) };
}

function parametersOf(place: 'path' | 'query' | 'header', schema: z.ZodObject): JsonObject[] {
  const { properties, required } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties ?? {}).map(([name, property]) => ({
    name: place === 'header' ? name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()) : name,
    in: place,
    required: place === 'path' || required?.includes(name) === true,
    schema: property,
  }));
}

function reference(component: Component): JsonObject {
  return { $ref: BASE + component };
}

function schemasOf(io: 'input' | 'output'): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components))
    if (id === 'Json' || requests.includes(id as Component) === (io === 'input')) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, uri: (id) => BASE + id });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _uri, ...schema }]) => [id, schema]),
  );
}
