import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatValuePath, parseValuePath, pathOfPointer, pointerOf } from './value-path.ts';

const anyPath = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 6 });

test('a path survives being written as a pointer, whatever its names are', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      expect(pathOfPointer(pointerOf(path))).toEqual(path);
      expect(parseValuePath(pointerOf(path))).toEqual(path);
    }),
  );
});

test('a path survives being written for people', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      expect(parseValuePath(formatValuePath(path))).toEqual(path);
    }),
  );
});

test.each([
  ['', []],
  ['port', ['port']],
  ['spec.template.spec.containers[0].image', ['spec', 'template', 'spec', 'containers', '0', 'image']],
  ['/spec/template/spec/containers/0/image', ['spec', 'template', 'spec', 'containers', '0', 'image']],
  ['spec.containers[name=web].image', ['spec', 'containers', 'web', 'image']],
  ['spec.containers.web.image', ['spec', 'containers', 'web', 'image']],
  ['metadata.annotations["example.com/owner"]', ['metadata', 'annotations', 'example.com/owner']],
  [String.raw`metadata.annotations.example\.com/owner`, ['metadata', 'annotations', 'example.com/owner']],
  ["data['a.b']", ['data', 'a.b']],
])('%s is understood', (text, path) => expect(parseValuePath(text)).toEqual(path));

test.each(['a..b', 'a.', 'a[', 'a[]', 'a[b]', '/a~2'])('%s is no path', (text) =>
  expect(parseValuePath(text)).toBeUndefined(),
);
