import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { streamMessages, type StreamMessage } from './event-lines.ts';

async function read(chunks: readonly Uint8Array[]): Promise<StreamMessage[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const messages: StreamMessage[] = [];
  for await (const message of streamMessages(body)) messages.push(message);
  return messages;
}

test('comments are no messages, and a cut-off message is none yet', async () => {
  expect(await read([Buffer.from(':ok\n\nid: 7\nevent: step-log\ndata: {"a":1}\n\nid: 8\ndata: cut')])).toEqual([
    { id: '7', data: '{"a":1}' },
  ]);
});

test('messages are the same wherever the network cuts them', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1 }).map((value) => JSON.stringify(value));
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat({ max: 200 }), { maxLength: 8 }),
      async (data, cuts) => {
        const bytes = Buffer.from(data.map((one, id) => `id: ${id}\ndata: ${one}\n\n`).join(''));
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, position) => bytes.subarray(edges[position], end));
        expect(await read(chunks)).toEqual(data.map((one, id) => ({ id: String(id), data: one })));
      },
    ),
  );
});
