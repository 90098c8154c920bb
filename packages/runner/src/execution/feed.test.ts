import { expect, test } from 'vitest';
import type { ExecutionEvent } from '@duovir/protocol';
import { Feed } from './feed.ts';

const log = (text: string): ExecutionEvent => ({ kind: 'log', stream: 'stdout', text });
const envelope = {
  payload: '',
  payloadType: 'application/vnd.in-toto+json',
  signatures: [{ keyid: '', sig: '' }],
} as const;
const receipt: ExecutionEvent = {
  kind: 'receipt',
  receipt: { ...envelope, signatures: [{ keyid: '', sig: '' }] },
  stdout: '',
  stderr: '',
  sandbox: null,
};

async function read(lines: ReadableStream<Uint8Array>): Promise<unknown[]> {
  const text = await new Response(lines).text();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('everybody hears from when they came, and the last event ends it for all', async () => {
  const feed = new Feed();
  const early = read(feed.lines());
  feed.push(log('one'));
  const late = read(feed.lines());
  const gone = feed.lines();
  await gone.cancel();
  feed.push(log('two'));
  feed.push(receipt);
  expect(await early).toEqual([log('one'), log('two'), receipt]);
  expect(await late).toEqual([log('two'), receipt]);
  expect(await read(feed.lines())).toEqual([receipt]);
});

test('an execution without an end breaks off, so that nobody takes silence for one', async () => {
  const feed = new Feed();
  const lines = read(feed.lines());
  feed.push(log('one'));
  feed.break(new Error('disk full'));
  await expect(lines).rejects.toThrow('disk full');
});
