import { expect, test } from 'vitest';
import type { BlobOpening } from '@duovir/protocol';
import { createClient } from './client.ts';

const commitment = `sha256:${'a'.repeat(64)}`;
const opening = { commitment, entry: 7, withheld: 'policy' };

/** What comes of an answer that arrives in these pieces. */
async function readFrom(...pieces: readonly (string | Error)[]): Promise<BlobOpening[]> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const piece of pieces)
        if (piece instanceof Error) return controller.error(piece);
        else controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const client = createClient({ url: 'http://127.0.0.1:1', fetch: async () => new Response(body) });
  const openings: BlobOpening[] = [];
  for await (const one of client.openings(0, 10)) openings.push(one);
  return openings;
}

test('openings are read however the answer is cut into pieces', async () => {
  const text = `${JSON.stringify(opening)}\n${JSON.stringify({ ...opening, entry: 8 })}\n{"openings":2}\n`;
  for (let cut = 0; cut < text.length; cut += 13)
    expect(await readFrom(text.slice(0, cut), text.slice(cut))).toEqual([opening, { ...opening, entry: 8 }]);
});

test.each([
  ['is cut off between two lines', [`${JSON.stringify(opening)}\n`]],
  ['is cut off in a line', [`${JSON.stringify(opening)}\n{"open`]],
  ['breaks', [`${JSON.stringify(opening)}\n`, new Error('gone')]],
  ['has fewer lines than it says', [`${JSON.stringify(opening)}\n{"openings":2}\n`]],
  ['has a line that is no opening', ['{"entry":1}\n{"openings":1}\n']],
  ['is no JSON', ['<html>\n']],
  ['is empty', []],
])('an answer that %s is refused', async (_, pieces) => {
  await expect(readFrom(...pieces)).rejects.toMatchObject({ code: 'answer-malformed' });
});
