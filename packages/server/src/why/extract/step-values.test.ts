import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, formatValuePath, planSchema, type ActionCall, type Plan, type WhyValue } from '@duovir/protocol';
import { valuesOfFile } from './file-values.ts';
import { valuesOfStep } from './step-values.ts';

const SALT = '0'.repeat(32);

function read(path: string, content: string): Record<string, WhyValue> {
  const values = valuesOfFile({ path, content, salt: SALT });
  return Object.fromEntries(
    values
      .filter((value) => value.path.length > 0)
      .map(({ resource, path: place, value }) => [`${resource} ${formatValuePath(place)}`, value]),
  );
}

test('a manifest is an object of Kubernetes, and its containers go by their names', () => {
  const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, annotations: {example.com/owner: ann}}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: web
          image: registry.example/web:1.10
          env: [{name: DB_PASSWORD, value: hunter}, {name: MODE, value: 'yes'}]
      volumes: [{name: config, configMap: {defaultMode: 0644}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{name: http, port: 80}]}
`;
  const values = read('/workspace/web.yaml', manifest);
  expect(values).toMatchObject({
    'Deployment/shop/web spec.replicas': 3,
    'Deployment/shop/web metadata.annotations["example.com/owner"]': 'ann',
    'Deployment/shop/web spec.template.spec.containers.web.image': 'registry.example/web:1.10',
    'Deployment/shop/web spec.template.spec.containers.web.env.MODE.value': 'yes',
    'Deployment/shop/web spec.template.spec.containers.web.env.DB_PASSWORD.value': { kind: 'hidden' },
    'Deployment/shop/web spec.template.spec.volumes.config.configMap.defaultMode': 420,
    'Service/web spec.ports.http.port': 80,
  });
  const image = valuesOfFile({ path: '/w.yaml', content: manifest, salt: SALT }).find(({ path }) =>
    path.includes('image'),
  );
  expect(formatValuePath(image?.position ?? [])).toBe('spec.template.spec.containers[0].image');
});

test.each<[string, string, Record<string, WhyValue>]>([
  ['/a.yaml', 'a: yes\nb: 0644\nc: 12:30:45\nd: true\n', { a: 'yes', b: '0644', c: '12:30:45', d: true }],
  ['/a.yaml', '__proto__: {polluted: 1}\n', { '__proto__.polluted': 1 }],
  ['/a.yaml', 'a: &x {b: 1}\nc: {<<: *x, d: 2}\n', { 'a.b': 1, 'c.b': 1, 'c.d': 2 }],
  ['/a.yaml', 'a: 1\n---\na: 2\n', { '[0].a': 1, '[1].a': 2 }],
  ['/a.json', '{"a": {"b": [1, "x"]}, "c": "\\"d\\":"}', { 'a.b[0]': 1, 'a.b[1]': 'x', c: '"d":' }],
  ['/a.toml', 'a = 1\n[b]\nc = 2026-01-01T00:00:00Z\n', { a: 1, 'b.c': '2026-01-01T00:00:00.000Z' }],
  ['/a.ini', '; x\n[client]\nport = 3306\nskip-ssl\n', { 'client.port': 3306, 'client.skip-ssl': true }],
  [
    '/postgresql.conf',
    "Port = 5433 # mine\nport 5434\nlog_line_prefix = 'it''s'\nplpgsql.x = on\n",
    { port: 5434, log_line_prefix: "it's", '["plpgsql.x"]': 'on' },
  ],
  [
    '/pg_hba.conf',
    '# who\nlocal all all peer\nhost all all 10.0.0.0 255.0.0.0 scram-sha-256\n',
    { '["local all all"]': 'peer', '["host all all 10.0.0.0 255.0.0.0"]': 'scram-sha-256' },
  ],
  [
    '/redis.conf',
    'port 6379\nMAXMEMORY 1gb\nmaxmemory 2gb\nsave 900 1\nsave 60 10\nrename-command CONFIG ""\n',
    { port: 6379, maxmemory: '2gb', 'save[0]': '900 1', 'save[1]': '60 10', 'rename-command': 'CONFIG ' },
  ],
  [
    '/nginx.conf',
    'worker_processes 2;\nhttp { server { listen 80; location / { proxy_pass http://b; } } upstream b { server a:1; server c:1 max_fails=3; } }\n',
    {
      worker_processes: 2,
      'http.server.listen': 80,
      'http.server.location["/"].proxy_pass': 'http://b',
      'http.upstream.b.server[0]': 'a:1',
      'http.upstream.b.server[1]': 'c:1 max_fails=3',
    },
  ],
])('%s is read (%#)', (path, content, values) => {
  const expected = Object.fromEntries(Object.entries(values).map(([place, value]) => [`${path} ${place}`, value]));
  expect(read(path, content)).toEqual(expected);
});

const levels = Array.from({ length: 8 }, (_, level) => {
  const child = level === 0 ? 'x' : `*a${level - 1}`;
  return `a${level}: &a${level} [${Array.from({ length: 9 }, () => child).join(', ')}]`;
});
const bomb = `${levels.join('\n')}\n`;

test.each([
  ['/a.yaml', 'a: 1\na: 2\n'],
  ['/a.yaml', 'a: [1\n'],
  ['/a.yaml', 'a: !!binary aGk=\n'],
  ['/a.yaml', '? {a: 1}\n: 2\n'],
  ['/a.yaml', '&a [*a]\n'],
  ['/a.yaml', bomb],
  ['/a.yaml', `${'['.repeat(500)}1${']'.repeat(500)}`],
  ['/a.yaml', Array.from({ length: 3000 }, (_, at) => `k${at}: 1`).join('\n')],
  [
    '/a.yaml',
    'apiVersion: v1\nkind: A\nmetadata: {name: b}\n---\napiVersion: v1\nkind: A\nmetadata: {name: b}\nx: 1\n',
  ],
  ['/a.json', '{"a": 1, "a": 2}'],
  ['/a.json', '{"a": 9007199254740993}'],
  ['/a.json', '{a: 1}'],
  ['/a.toml', 'a = 1\na = 2\n'],
  ['/a.ini', 'port = 1 ; not 2\n'],
  ['/a.ini', 'a = 1\na = 2\n'],
  ['/a.ini', '__proto__ = 1\n'],
  ['/a.ini', '#!/bin/sh\nrm -rf "$1"\n'],
  ['/postgresql.conf', "port = '5432\n"],
  ['/pg_hba.conf', 'include other\n'],
  ['/redis.conf', 'save "a"b\n'],
  ['/nginx.conf', 'http { server { listen 80; }\n'],
  ['/nginx.conf', 'http { server { listen 80 } }\n'],
  ['/nginx.conf', 'listen 80; }\n'],
  ['/notes.txt', 'a: 1\n'],
])('%s that is no such file (%#) is one value, its digest', (path, content) => {
  const [whole, ...more] = valuesOfFile({ path, content, salt: SALT });
  expect(more).toEqual([]);
  expect(whole).toMatchObject({ resource: path, path: [], value: { kind: 'digest', leaves: 0 } });
});

const names = ['a.yaml', 'a.json', 'a.toml', 'a.ini', 'postgresql.conf', 'pg_hba.conf', 'redis.conf', 'nginx.conf'];
const pieces = [
  'a',
  '__proto__',
  'constructor',
  ':',
  ' ',
  '\n',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '=',
  ';',
  '#',
  '&a ',
]
  .concat(['*a', '<<: ', '1', '0x1', '\\', '\0', '\u{d800}', '---\n', 'port 5432', 'listen 80;', 'local all all trust'])
  .map((piece) => fc.constant(piece));

test('whatever stands in a file, it is read or known as a whole, and nothing is left behind in any prototype', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.oneof(...pieces, fc.string()), { maxLength: 40 }),
      (name, words) => {
        const content = words.join('');
        const [whole, ...values] = valuesOfFile({ path: `/${name}`, content, salt: SALT });
        expect(whole?.path).toEqual([]);
        for (const { path, position } of values) expect(position?.length ?? path.length).toBe(path.length);
        expect(Object.keys(Object.prototype)).toEqual([]);
      },
    ),
  );
});

test('every JSON text is read back as it was written', () => {
  const scalar = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), scalar, { maxKeys: 8 }), (value) => {
      const written = new Map(
        valuesOfFile({ path: '/a.json', content: JSON.stringify(value), salt: SALT }).map((one) => [
          one.path[0],
          one.value,
        ]),
      );
      for (const [name, original] of Object.entries(value)) {
        const shown = written.get(name);
        // Names that PostgreSQL cannot store are left out; secrets are hidden.
        if (shown === undefined) expect(name).toMatch(/\0/);
        else if (shown === null || typeof shown !== 'object') expect(shown).toBe(original);
        else expect(shown.kind).toBe('hidden');
      }
    }),
  );
});

function planOf(
  steps: readonly { readonly id: string; readonly call: ActionCall; readonly settings?: unknown[] }[],
): Plan {
  const probe = { id: 'there', action: 'file.probe@1', with: { path: '/x' }, expect: { exists: true } };
  const run = `run-${'a'.repeat(20)}`;
  return planSchema.parse({
    apiVersion: 'duovir/v1',
    kind: 'Plan',
    run,
    revision: 1,
    salt: SALT,
    goal: { statement: 'x', successCriteria: [probe] },
    source: { pack: 'core', playbook: 'x', version: '1', digest: digestOf(1), inputs: {} },
    target: { kind: 'sandbox', id: run },
    environment: 'development',
    dataClass: 'internal',
    steps: steps.map((step) => ({
      title: step.id,
      verify: [probe],
      compensate: { kind: 'none', reason: 'x' },
      ...step,
    })),
  });
}

test('a file that a service is started with is read as its program reads it, and its values are the service‘s too', () => {
  const path = '/workspace/config/primary.conf';
  const plan = planOf([
    {
      id: 'config',
      call: { action: 'file.write@1', with: { path, content: 'port = 5433\nwal_level = replica\n', mode: '0600' } },
    },
    {
      id: 'primary',
      call: {
        action: 'service.start@1',
        with: {
          name: 'pg-primary',
          argv: ['postgres', '-D', '/workspace/primary', '-c', `config_file=${path}`],
          environment: {},
          directory: '/workspace',
          ready: { port: 5433, address: '127.0.0.1', timeoutMs: 1000 },
          restarts: 0,
        },
      },
      settings: [{ resource: 'postgresql', path: 'port', value: 5433 }],
    },
  ]);
  const shown = (step: string): string[] =>
    valuesOfStep(plan, step).map(
      ({ resource, path: place, value }) =>
        `${resource} ${formatValuePath(place)} ${typeof value === 'object' ? value?.kind : value}`,
    );
  expect(shown('config')).toEqual([
    `${path}  digest`,
    `${path} port 5433`,
    `${path} wal_level replica`,
    'pg-primary port 5433',
    'pg-primary wal_level replica',
    'postgresql port 5433',
    'postgresql wal_level replica',
  ]);
  expect(shown('primary')).toEqual([
    'postgresql port 5433',
    'pg-primary port 5433',
    'port ["127.0.0.1:5433"] pg-primary',
  ]);
});

test('a step that removes a path makes it absent', () => {
  const plan = planOf([{ id: 'gone', call: { action: 'path.remove@1', with: { path: '/workspace/a' } } }]);
  expect(valuesOfStep(plan, 'gone')).toEqual([
    { resource: '/workspace/a', path: [], position: null, value: { kind: 'absent' } },
  ]);
});
