import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText } from 'ai';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startModelServer } from './model-server.ts';
import { scriptedBrain, type Script } from './script.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function ask(url: string, prompt: string, model = 'gpt-5'): Promise<string> {
  const provider = createOpenAI({ baseURL: `${url}/v1`, apiKey: 'not-a-real-key' });
  return (await generateText({ model: provider(model), prompt, maxRetries: 0 })).text;
}

async function serverOf(script: Script): Promise<string> {
  const server = await startModelServer({ brain: scriptedBrain(script) });
  onTestFinished(async () => server.close());
  return server.url;
}

test('the first rule that holds answers', async () => {
  const url = await serverOf({
    rules: [
      { when: { model: 'o3' }, reply: { kind: 'text', text: 'by model' } },
      { when: { includes: ['port', 'taken'] }, reply: { kind: 'text', text: 'by words' } },
      { when: { call: 2 }, reply: { kind: 'text', text: 'the second' } },
      { reply: { kind: 'text', text: 'any' } },
    ],
  });
  expect(await ask(url, 'hello', 'o3')).toBe('by model');
  expect(await ask(url, 'the port is taken')).toBe('by words');
  expect(await ask(url, 'the port')).toBe('any');
  expect(await ask(url, 'the port')).toBe('the second');
  expect(await ask(url, 'the port')).toBe('any');
});

test('a call that no rule answers is a fault, not an answer', async () => {
  const url = await serverOf({ rules: [{ when: { schema: 'plan' }, reply: { kind: 'text', text: 'x' } }] });
  await expect(ask(url, 'hello')).rejects.toThrow('No rule of the script answers model gpt-5 asked for free text.');
});

test('a script with a word too many is refused', () => {
  const reply = { kind: 'text', text: 'x', speed: 3 } as const;
  expect(() => scriptedBrain({ rules: [{ reply }] })).toThrow('speed');
});

test('the command serves a YAML script and keeps what came, but no key', async () => {
  const [script, requests] = [join(folder, 'script.yaml'), join(folder, 'requests.ndjson')];
  writeFileSync(script, 'rules:\n  - when: {includes: free}\n    reply: {kind: text, text: it is}\n');
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, '--script', script, '--requests', requests]);
  onTestFinished(() => void child.kill());
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(await ask(url, 'Is it free?')).toBe('it is');
  const kept = readFileSync(requests, 'utf8');
  const entry: unknown = JSON.parse(kept);
  expect(entry).toMatchObject({ number: 1, method: 'POST', path: '/v1/responses' });
  expect(Buffer.from((entry as { body: string }).body, 'base64').toString()).toContain('Is it free?');
  expect(kept).not.toContain('not-a-real-key');
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
});

test('a module is a script too, and a Unix socket serves the same', async () => {
  const [file, socket] = [join(folder, 'brain.ts'), join(folder, 'model.sock')];
  writeFileSync(file, "export const brain = (call) => ({ kind: 'text', text: call.prompt.toUpperCase() });\n");
  const { loadBrain } = await import('./script.ts');
  const server = await startModelServer({ brain: await loadBrain(file), socket });
  onTestFinished(async () => server.close());
  const sent = request({ socketPath: socket, path: '/v1/chat/completions', method: 'POST' });
  sent.end(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] }));
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
  expect(JSON.parse(await text(response))).toMatchObject({ choices: [{ message: { content: 'HELLO' } }] });
});

test.each([
  ['/v1/nothing', '{}', 404],
  ['/v1/responses', 'not json', 400],
  ['/v1/messages', '{"model": "claude"}', 400],
])('%s with %j is refused with %i', async (path, body, status) => {
  const url = await serverOf({ rules: [{ reply: { kind: 'text', text: 'x' } }] });
  const response = await fetch(url + path, { method: 'POST', body });
  expect(response.status).toBe(status);
  expect(await response.json()).toHaveProperty('error.message');
});
