import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { KeyReference, Model } from '@duovir/protocol';
import { createKeyResolver } from './key-resolver.ts';
import type { KeySources } from './key-sources.ts';

const KEY = `key-${'x7'.repeat(8)}`;

function modelWith(key: KeyReference, provider: Model['provider'] = 'anthropic'): Model {
  return {
    alias: 'thinker',
    provider,
    model: 'some-model',
    family: 'some',
    key,
    dataClasses: [],
    price: { kind: 'snapshot' },
    maxOutputTokens: 100,
    timeoutSeconds: 10,
  };
}

interface Asked {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = readonly [status: number, body: unknown];

/** A real server, and a `fetch` that finds it behind every host name, as a resolver of names would. */
async function storeThat(
  answer: (asked: Asked) => Answer,
): Promise<{ readonly asked: Asked[]; readonly fetch: typeof fetch; readonly address: string }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((sent) => {
      const seen = { url: request.url ?? '', headers: request.headers, body: sent };
      asked.push(seen);
      const [status, body] = answer(seen);
      response.writeHead(status, { location: '/elsewhere' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    address,
    fetch: (input, init) => {
      const { host, pathname } = new URL(new Request(input).url);
      const headers = { ...Object.fromEntries(new Headers(init?.headers)), 'x-host': host };
      return fetch(`${address}${pathname}`, { ...init, headers });
    },
  };
}

function resolverWith(sources: Partial<KeySources>): ReturnType<typeof createKeyResolver> {
  return createKeyResolver({ environment: {}, fetch, clock: () => new Date(), ...sources });
}

function fileWith(content: string, mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'key');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

test('a key comes from the environment that was given, and is known from then on', async () => {
  const resolver = resolverWith({ environment: { MODEL_KEY: KEY } });
  expect(resolver.known()).toEqual([]);
  expect(await resolver.keyFor(modelWith({ kind: 'env', name: 'MODEL_KEY' }))).toBe(KEY);
  expect(resolver.known()).toEqual([{ label: 'key of thinker', value: KEY }]);
  expect(await resolver.keyFor(modelWith({ kind: 'none' }))).toBe('');
});

test.each([
  ['missing', undefined, 'key-unavailable'],
  ['empty', ' ', 'key-unavailable'],
  ['too short to be guarded', 'abc', 'key-unusable'],
  ['of two lines', `${KEY}\n${KEY}`, 'key-unusable'],
  ['broken JSON', `{"secret": "${KEY}"`, 'key-unusable'],
])('a key that is %s is refused, and not repeated', async (_name, value, code) => {
  const resolver = resolverWith({ environment: { MODEL_KEY: value } });
  const asked = resolver.keyFor(modelWith({ kind: 'env', name: 'MODEL_KEY' }));
  await expect(asked).rejects.toMatchObject({ code, message: expect.not.stringContaining(KEY) });
});

test('a file is good when only its owner can read it', async () => {
  const path = fileWith(`${KEY}\n`, 0o600);
  expect(await resolverWith({}).keyFor(modelWith({ kind: 'file', path }))).toBe(KEY);
  const link = `${path}-link`;
  symlinkSync(path, link);
  for (const [exposed, code] of [
    [fileWith(KEY, 0o640), 'key-exposed'],
    [fileWith(KEY, 0o604), 'key-exposed'],
    [link, 'key-unavailable'],
    ['/nonexistent/key', 'key-unavailable'],
    [tmpdir(), 'key-unusable'],
  ] as const)
    await expect(resolverWith({}).keyFor(modelWith({ kind: 'file', path: exposed }))).rejects.toMatchObject({ code });
});

test('Vault is asked for the newest version of one secret, with the token of the server', async () => {
  const store = await storeThat(() => [200, { data: { data: { api_key: KEY } } }]);
  const reference = {
    kind: 'vault',
    address: `${store.address}/`,
    mount: 'secret',
    path: 'models/main',
    field: 'api_key',
  } as const;
  const tokenFile = fileWith('the-token-in-a-file\n', 0o600);
  for (const [environment, token] of [
    [{ VAULT_TOKEN: 'the-token' }, 'the-token'],
    [{ VAULT_TOKEN_FILE: tokenFile }, 'the-token-in-a-file'],
  ] as const) {
    expect(await resolverWith({ environment }).keyFor(modelWith(reference))).toBe(KEY);
    expect(store.asked.at(-1)).toMatchObject({
      url: '/v1/secret/data/models/main',
      headers: { 'x-vault-token': token },
    });
  }
  await expect(resolverWith({}).keyFor(modelWith(reference))).rejects.toMatchObject({ code: 'key-unavailable' });
});

test.each([
  ['it is refused', [403, { errors: [KEY] }]],
  ['it is sent elsewhere', [307, {}]],
  ['the field is missing', [200, { data: { data: { other: KEY } } }]],
  ['the answer has another form', [200, { value: KEY }]],
] satisfies [string, Answer][])('when %s, Vault has no key, and the error repeats nothing', async (_name, answer) => {
  const store = await storeThat(() => answer);
  const reference = { kind: 'vault', address: store.address, mount: 'secret', path: 'main', field: 'api_key' } as const;
  const asked = resolverWith({ environment: { VAULT_TOKEN: 'the-token' } }).keyFor(modelWith(reference));
  await expect(asked).rejects.toMatchObject({ code: 'key-unavailable', message: expect.not.stringContaining(KEY) });
  expect(store.asked).toHaveLength(1);
});

test.each([
  ['http://vault.example', 'secret', 'main'],
  ['https://vault.example', 'secret', '../sys/raw'],
  ['https://vault.example', '', 'main'],
])('no token goes to %s %s/%s', async (address, mount, path) => {
  const reference = { kind: 'vault', address, mount, path, field: 'api_key' } as const;
  const resolver = resolverWith({
    environment: { VAULT_TOKEN: 'the-token' },
    fetch: () => Promise.reject(new Error('asked')),
  });
  await expect(resolver.keyFor(modelWith(reference))).rejects.toMatchObject({ code: 'key-unavailable' });
});

const serviceKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const serviceAccount = JSON.stringify({
  type: 'service_account',
  client_email: 'gateway@acme.iam.gserviceaccount.com',
  private_key: serviceKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  token_uri: 'https://attacker.example/token',
});

function googleThat(secret: string): (asked: Asked) => Answer {
  return ({ url }) => {
    if (url.startsWith('/computeMetadata/') || url === '/token')
      return [200, { access_token: 'an-access-token', expires_in: 3600 }];
    return [200, { payload: { data: Buffer.from(secret).toString('base64') } }];
  };
}

test("Secret Manager is asked with the machine's identity, or with that of a service account", async () => {
  const resource = 'projects/acme/secrets/model-key/versions/latest';
  const credentials = fileWith(serviceAccount, 0o600);
  for (const [environment, first] of [
    [{}, 'metadata.google.internal'],
    [{ GOOGLE_APPLICATION_CREDENTIALS: credentials }, 'oauth2.googleapis.com'],
  ] as const) {
    const store = await storeThat(googleThat(KEY));
    const resolver = resolverWith({ environment, fetch: store.fetch });
    expect(await resolver.keyFor(modelWith({ kind: 'secret-manager', resource }))).toBe(KEY);
    expect(store.asked.map(({ headers }) => headers['x-host'])).toEqual([first, 'secretmanager.googleapis.com']);
    expect(store.asked[1]).toMatchObject({
      url: `/v1/${resource}:access`,
      headers: { authorization: 'Bearer an-access-token' },
    });
  }
});

test("a service account for Vertex is exchanged at Google's own address, whatever address it names itself", async () => {
  const store = await storeThat(googleThat(''));
  const resolver = resolverWith({ environment: { ACCOUNT: serviceAccount }, fetch: store.fetch });
  const model = modelWith({ kind: 'env', name: 'ACCOUNT' }, 'vertex');
  expect(await resolver.keyFor(model)).toBe('an-access-token');
  expect(await resolver.keyFor(model)).toBe('an-access-token');
  expect(store.asked.map(({ headers }) => headers['x-host'])).toEqual(['oauth2.googleapis.com']);
  const form = new URLSearchParams(store.asked[0]?.body);
  const [header = '', claims = '', signature = ''] = form.get('assertion')?.split('.') ?? [];
  const signed = Buffer.from(`${header}.${claims}`);
  expect(verify('RSA-SHA256', signed, serviceKeys.publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    iss: 'gateway@acme.iam.gserviceaccount.com',
    aud: 'https://oauth2.googleapis.com/token',
  });
  const known = resolver.known().map(({ value }) => value);
  expect(known).toContain('an-access-token');
  expect(known.some((value) => value.includes('PRIVATE KEY'))).toBe(true);
});

test('a key is fetched again after a minute, and at once after a failure', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const answers: Answer[] = [
    [500, {}],
    [200, { data: { data: { api_key: KEY } } }],
  ];
  const store = await storeThat(() => answers[Math.min(store.asked.length, answers.length) - 1] ?? [500, {}]);
  const resolver = resolverWith({ environment: { VAULT_TOKEN: 'the-token' }, clock: () => new Date(now) });
  const model = modelWith({ kind: 'vault', address: store.address, mount: 'secret', path: 'main', field: 'api_key' });
  await expect(resolver.keyFor(model)).rejects.toMatchObject({ code: 'key-unavailable' });
  expect(await resolver.keyFor(model)).toBe(KEY);
  expect(await resolver.keyFor(model)).toBe(KEY);
  expect(store.asked).toHaveLength(2);
  now += 61_000;
  expect(await resolver.keyFor(model)).toBe(KEY);
  expect(store.asked).toHaveLength(3);
});
