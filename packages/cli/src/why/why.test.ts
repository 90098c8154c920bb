import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { stateDirectory } from '@duovir/principal';
import { freshDatabase } from '@duovir/server/fresh-database';
import * as z from 'zod';
import { CliError } from '../error.ts';
import { createProgram } from '../program.ts';
import { recordSession } from '../session.fixture.ts';

const SERVER = fileURLToPath(new URL('../../../server/src/why/told-server.fixture.ts', import.meta.url));
const readySchema = z.object({ url: z.string(), state: z.string(), token: z.string(), run: z.string() });
const answerSchema = z.object({
  value: z.unknown(),
  entry: z.int(),
  run: z.string(),
  before: z.array(z.unknown()),
  drift: z.string().nullable(),
  verification: z.object({
    ok: z.boolean(),
    verified: z.int(),
    problems: z.array(z.object({ link: z.int(), reason: z.string() })),
  }),
  chain: z.array(z.object({ kind: z.string(), mark: z.string().nullable() })),
});

const folder = mkdtempSync(join(tmpdir(), 'duovir-why-'));
let server: ChildProcess;
let ready: z.output<typeof readySchema>;

beforeAll(async () => {
  server = fork(SERVER, [await freshDatabase(inject('postgres'))], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [message] = (await once(server, 'message')) as unknown[];
  ready = readySchema.parse(message);
  writeFileSync(join(stateDirectory(ready.state).person('ann'), 'token'), ready.token, { mode: 0o600 });
});
afterAll(async () => {
  const exited = once(server, 'exit');
  server.send({ kind: 'end' });
  await exited;
  rmSync(folder, { recursive: true });
});

async function tell(message: object): Promise<void> {
  const done = once(server, 'message');
  server.send(message);
  await done;
}

async function why(...words: string[]): Promise<{ readonly text: string; readonly error: CliError | undefined }> {
  const session = recordSession();
  const connection = ['--state', ready.state, '--url', ready.url, '--as', 'ann'];
  try {
    await (await createProgram(session)).parseAsync(['why', ...words, ...connection], { from: 'user' });
    return { text: session.output.text, error: undefined };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { text: session.output.text, error };
  }
}

async function answered(...words: string[]): Promise<z.output<typeof answerSchema> & { error: CliError | undefined }> {
  const { text, error } = await why(...words, '--json');
  return { ...answerSchema.parse(JSON.parse(text)), error };
}

const IMAGE = ['Deployment/shop/web', 'spec.template.spec.containers[0].image'] as const;

test('a field of a manifest is explained, and every link of it is proven to who asks', async () => {
  const { value, before, verification, chain, error } = await answered(...IMAGE);
  expect(error).toBeUndefined();
  expect([value, before]).toEqual(['web:1.2', []]);
  expect(verification).toEqual({ ok: true, verified: chain.length, problems: [] });
  const marks = chain.flatMap(({ kind, mark }) => (mark === null ? [] : [`${kind} ${mark}`]));
  expect(marks).toEqual(['opinion changed', 'alternative rejected']);
  const { text } = await why(...IMAGE);
  expect(text).toContain('Why is Deployment/shop/web spec.template.spec.containers.web.image = web:1.2');
  expect(text).toMatch(/Verified against the key of the officer\s+(\d+) of \1 links are proven entries/);
});

test('what is there now is compared with what was attested last, as a value and as a file', async () => {
  const same = [
    'spec: {replicas: 3}',
    'metadata: {namespace: shop, name: web}',
    'kind: Deployment',
    'apiVersion: apps/v1',
  ];
  writeFileSync(join(folder, 'same.yaml'), same.join('\n'));
  writeFileSync(join(folder, 'other.yaml'), same.join('\n').replace('3', '5'));
  const replicas = ['Deployment/shop/web', '/spec/replicas', '--observed'];
  expect((await why(...replicas, '3')).error).toBeUndefined();
  expect((await why(...replicas, `@${folder}/same.yaml`)).error).toBeUndefined();
  for (const observed of ['5', `@${folder}/other.yaml`]) {
    const { error } = await why(...replicas, observed);
    expect([error?.code, error?.exit]).toEqual(['drifted', 'drifted']);
    expect(error?.message).toMatch(
      /^Nobody here decided this: Deployment\/shop\/web spec\.replicas is 5; last attested was 3, decided in run-/,
    );
  }
  const token = ['Deployment/shop/web', 'spec.template.spec.containers.web.env.TOKEN.value', '--observed'];
  expect((await why(...token, 'quiet')).error).toBeUndefined();
  expect((await why(...token, 'loud')).error?.code).toBe('drifted');
});

test('of a value that nobody ever decided this is said, with those that are most like it', async () => {
  const { error } = await why('Deployment/shop/web', 'spec.replica');
  expect(error?.message).toBe('Nobody here decided this: no attested step has set Deployment/shop/web spec.replica.');
  expect(error?.remedy).toContain('Deployment/shop/web spec.replicas');
  expect((await why('Deployment/shop/wep')).error?.remedy).toContain('Deployment/shop/web');
  expect((await why('nothing', 'x', '--observed', '1')).error?.exit).toBe('drifted');
});

test('dot is a graph and PROV a document, whatever is in the words', async () => {
  const { text } = await why(...IMAGE, '--format', 'dot');
  expect(text).toMatch(/^digraph why \{/);
  expect(text.match(/^ {2}n\d+ -> n\d+ \[label="\w+"\];$/gm)?.length).toBe(
    (text.match(/^ {2}n\d+ \[/gm)?.length ?? 0) - 1,
  );
  const prov = z
    .object({
      entity: z.record(z.string(), z.object({ 'prov:label': z.string() }).loose()),
      activity: z.record(z.string(), z.unknown()),
      agent: z.record(z.string(), z.unknown()),
      wasGeneratedBy: z.record(
        z.string(),
        z.object({ 'prov:entity': z.string(), 'prov:activity': z.string() }).loose(),
      ),
      used: z.record(z.string(), z.object({ 'prov:activity': z.string(), 'prov:entity': z.string() }).loose()),
    })
    .loose()
    .parse(JSON.parse((await why(...IMAGE, '--format', 'prov')).text));
  for (const relation of Object.values(prov.wasGeneratedBy)) {
    expect(prov.entity).toHaveProperty([relation['prov:entity']]);
    expect(prov.activity).toHaveProperty([relation['prov:activity']]);
  }
  expect(Object.keys(prov.agent)).toContain('duovir:reviewer-security');
});

test('the reverse: what a run, an agent and a version of the policy have changed', async () => {
  const lines = async (...words: string[]): Promise<string[]> =>
    (await why(...words)).text.split(/^(?=#)/m).filter((change) => change !== '');
  expect(await lines('--decision', ready.run, '--limit', '3')).toHaveLength(3);
  expect((await lines('--agent', 'planner')).join()).toContain('spec.replicas');
  expect((await lines('--policy', '1')).join()).toContain('spec.replicas');
  expect((await lines('--agent', 'healer')).join()).not.toContain('spec.replicas');
  expect((await why('--agent', 'planner', '--policy', '1')).error?.code).toBe('usage');
});

test('as it was before there was anything, nobody had decided it', async () => {
  const { entry } = await answered(...IMAGE);
  expect((await answered(...IMAGE, '--at', `${entry}`)).value).toBe('web:1.2');
  expect((await why(...IMAGE, '--at', `${entry - 1}`)).error?.code).toBe('not-found');
});

test('a forged row of the index does not hold', async () => {
  const replicas = ['Deployment/shop/web', 'spec.replicas'];
  await tell({ kind: 'forge', resource: 'Deployment/shop/web', path: '/spec/replicas', value: 9 });
  const forged = await answered(...replicas);
  expect(forged.value).toBe(9);
  expect(forged.verification.problems).toEqual([{ link: -1, reason: 'the plan does not have this value' }]);
  expect([forged.error?.code, forged.error?.exit]).toEqual(['unverified', 'unverified']);
  expect((await why(...replicas)).text).toContain('This answer does not hold');
});

test('a row that leads to the entries of another run does not hold', async () => {
  await tell({ kind: 'lead-elsewhere', resource: '/workspace/web.yaml' });
  const { verification, error } = await answered('/workspace/web.yaml');
  expect(error?.code).toBe('unverified');
  expect(verification.ok).toBe(false);
});
