import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import {
  OFFICER,
  UnixClient,
  createKey,
  loadSigner,
  placeTrustPolicy,
  signTrustPolicy,
  stateDirectory,
} from '@duovir/principal';
import { modelSchema } from '@duovir/protocol';
import { policy } from './reviewer/motion.fixture.ts';

const MAIN = fileURLToPath(import.meta.resolve('@duovir/agents/process'));
const state = stateDirectory(mkdtempSync(join(tmpdir(), 'duovir-agents-')));
const agents = [
  { name: 'planner', role: 'planner', group: 'rules' },
  { name: 'healer', role: 'healer', group: 'rules' },
  { name: 'reviewer-security', role: 'reviewer', group: 'rules', mandate: 'security' },
  { name: 'reviewer-taste', role: 'reviewer', group: 'rules', mandate: 'taste' },
  {
    name: 'reviewer-goal',
    role: 'reviewer',
    group: 'example-family',
    mandate: 'goal',
    brain: { kind: 'model', model: 'example', consult: 'always' },
  },
  { name: 'reviewer-cost', role: 'reviewer', group: 'rules', mandate: 'cost' },
  { name: 'runner', role: 'runner', group: 'rules' },
] as const;
const model = modelSchema.parse({
  alias: 'example',
  provider: 'openai-compatible',
  model: 'example-1',
  family: 'example-family',
  endpoint: 'http://127.0.0.1:1/v1',
  key: { kind: 'none' },
  dataClasses: ['public'],
  price: { kind: 'fixed', input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  maxOutputTokens: 1024,
  timeoutSeconds: 1,
});
let child: ChildProcess | undefined;

beforeEach(async () => {
  for (const folder of [state.sockets, state.trust]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  createKey(state.officer);
  const principals = agents.map((agent) => {
    const { publicKey } = createKey(state.principal(agent.name));
    copyFileSync(join(state.officer, 'public.pem'), join(state.principal(agent.name), 'officer.pem'));
    return { ...agent, publicKey };
  });
  placeTrustPolicy(
    state.trustPolicy,
    policy.version,
    await signTrustPolicy(loadSigner(state.officer, OFFICER), {
      ...policy,
      principals: [...principals],
      egress: { ...policy.egress, models: [model] },
    }),
  );
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(state.root, { recursive: true, force: true });
});

async function start(name: string): Promise<{ process: ChildProcess; said: string }> {
  const started = spawn(process.execPath, [MAIN, name, state.root], { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
  child = started;
  let said = '';
  const note = (piece: Buffer): void => void (said += piece.toString());
  started.stderr.on('data', note);
  await Promise.race([once(started.stdout.on('data', note), 'data'), once(started, 'exit')]);
  return { process: started, said };
}

test.each(['planner', 'healer', 'reviewer-security', 'reviewer-goal'])(
  '%s serves on its own socket and ends with its parent',
  async (name) => {
    const { process: agent, said } = await start(name);
    expect(said).toBe('ready\n');
    const client = new UnixClient(state.socket(name));
    expect(await client.call({ path: '/v1/health' }, z.object({ ok: z.boolean() }))).toEqual({ ok: true });
    client.close();
    agent.stdin?.end();
    expect(await once(agent, 'exit')).toEqual([0, null]);
    expect(existsSync(state.socket(name))).toBe(false);
  },
);

test.each([
  ['a role that is no agent', 'runner', /enrols runner as runner/],
  ['a mandate nobody has rules for', 'reviewer-taste', /reviewer with the mandate taste/],
  ['a mandate without rules and without a model', 'reviewer-cost', /reviewer with the mandate cost/],
  ['a name nobody has enrolled', 'mallory', /No officer key is pinned/],
])('%s does not start', async (_, name, why) => {
  const { process: agent, said } = await start(name);
  if (agent.exitCode === null) await once(agent, 'exit');
  expect(said).toMatch(why);
  expect(agent.exitCode).toBe(1);
});

test('a policy that the pinned officer has not signed is refused', async () => {
  rmSync(state.officer, { recursive: true });
  createKey(state.officer);
  placeTrustPolicy(
    state.trustPolicy,
    policy.version,
    await signTrustPolicy(loadSigner(state.officer, OFFICER), policy),
  );
  expect((await start('reviewer-security')).said).toMatch(/not one that the pinned officer key signed/);
});

test('a key that was exchanged after the officer enrolled it is refused', async () => {
  const folder = state.principal('reviewer-security');
  rmSync(join(folder, 'key.pem'));
  rmSync(join(folder, 'public.pem'));
  createKey(folder);
  expect((await start('reviewer-security')).said).toMatch(
    /None of the keys in .* is the one that the trust policy names for reviewer-security/,
  );
});
