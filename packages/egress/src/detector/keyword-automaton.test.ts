import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeywordAutomaton } from './keyword-automaton.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 5 });
const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', 'A', '_', 'ž', ' '), maxLength: 60 });

it('finds what a search for each keyword alone finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(letters, { minLength: 1, maxLength: 6 }), text, (keywords, haystack) => {
      const found: string[] = [];
      new KeywordAutomaton(keywords).scan(haystack, (keyword, start) => found.push(`${start} ${keyword}`));
      const expected = keywords.flatMap((keyword, index) =>
        Array.from({ length: haystack.length }, (_, at) => at)
          .filter((at) => haystack.toLowerCase().startsWith(keyword, at))
          .map((at) => `${at} ${index}`),
      );
      expect(found.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 1000 },
  );
});
