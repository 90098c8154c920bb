import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeholderKindSchema } from '@duovir/protocol';
import { PlaceholderStream } from './placeholder-stream.ts';
import { PlaceholderVault, type PlaceholderOccurrence } from './placeholder-vault.ts';

const vault = new PlaceholderVault(createHash('sha256').update('run').digest());
const placeholders = placeholderKindSchema.options.flatMap((kind) =>
  ['10.0.0.7', 'fd00::7', `${kind} "1"\n`].map((value) => vault.placeholderFor(kind, value).placeholder),
);
const show = ({ issued, start, end }: PlaceholderOccurrence): string =>
  issued ? `<${issued.kind}: ${issued.value}>` : `<forged, ${end - start} characters>`;

function whole(text: string): string {
  let shown = '';
  let from = 0;
  for (const occurrence of vault.occurrencesIn(text)) {
    shown += text.slice(from, occurrence.start) + show(occurrence);
    from = occurrence.end;
  }
  return shown + text.slice(from);
}

const piece = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(...placeholders),
  fc
    .tuple(fc.constantFrom(...placeholders), fc.nat(30), fc.nat(30))
    .map(([placeholder, from, length]) => placeholder.slice(from, from + length)),
  fc.stringMatching(/^[zqxZQX_htcse0-9a-f.:@\\nu-]{0,12}$/),
);

test('cut anywhere, a stream is recognised like the whole text (50,000 runs)', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), fc.array(fc.nat(9), { maxLength: 40 }), (pieces, cuts) => {
      const text = pieces.join('');
      const stream = new PlaceholderStream(vault, show);
      let shown = '';
      let at = 0;
      for (const cut of cuts) {
        shown += stream.push(text.slice(at, at + cut));
        at += cut;
      }
      return shown + stream.push(text.slice(at)) + stream.end() === whole(text);
    }),
    { numRuns: 50_000 },
  );
}, 120_000);

test('nothing but what can become a placeholder is held back', () => {
  const stream = new PlaceholderStream(vault, show);
  expect(stream.push('port 5432, ZQ')).toBe('port 5432, ');
  expect(stream.push('A; h1-ab')).toBe('ZQA; ');
  expect(stream.push('x; on 192.0.2')).toBe('h1-abx; on ');
  expect(stream.push('.x and ')).toBe('192.0.2.x and ');
  const secret = vault.placeholderFor('secret', '10.0.0.7').placeholder;
  expect(stream.push(secret)).toBe('<secret: 10.0.0.7>');
  expect(stream.end()).toBe('');
});

test('a forgery without end is not held for ever', () => {
  const stream = new PlaceholderStream(vault, show);
  expect(stream.push(`ZQX_${'A'.repeat(100_000)}`).length).toBeGreaterThan(99_000);
});
