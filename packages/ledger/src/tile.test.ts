import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBundle, encodeBundle } from './bundle.ts';
import { levelShapes, tileNames, tilePath, tileWidth } from './tile.ts';

test('paths are those of tlog-tiles', () => {
  expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
  expect(tilePath({ level: 'entries', index: 0, width: 17 })).toBe('tile/entries/000.p/17');
});

test('a tree of 70,000 leaves has the tiles that the specification names', () => {
  expect(levelShapes(70_000)).toEqual([
    { level: 0, full: 273, partial: 112 },
    { level: 1, full: 1, partial: 17 },
    { level: 2, full: 0, partial: 1 },
  ]);
});

test('widths and names of tiles agree for every size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 26 }), (size) => {
      for (const shape of levelShapes(size)) {
        const last = tileNames(shape.level, { full: Math.min(shape.full, 1), partial: shape.partial }).at(-1);
        expect(last?.width).toBe(shape.partial || 256);
        expect(tileWidth(shape.level, shape.full, size)).toBe(shape.partial);
      }
    }),
  );
});

test('bundles keep every entry as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 }), (entries) => {
      expect(decodeBundle(encodeBundle(entries)).map((entry) => new Uint8Array(entry))).toEqual(entries);
    }),
  );
});

test('a cut-off bundle is refused', () => {
  const bundle = encodeBundle([Buffer.from('one'), Buffer.from('two')]);
  for (let length = 1; length < bundle.length; length += 1)
    if (length !== 5)
      expect(() => decodeBundle(bundle.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'bundle-malformed' }),
      );
});
