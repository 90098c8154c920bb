import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionCallSchema } from '@duovir/protocol';
import { callText } from './call-text.ts';

test('a command is shown as a shell would read it, with all that goes with it', () => {
  const call = actionCallSchema.parse({
    action: 'command.run@1',
    with: { argv: ['redis-cli', '-h', 'redis-1', 'SET', 'a key', "it's"], environment: { LANG: 'C' } },
  });
  expect(callText(call)).toEqual([
    ['argv', String.raw`redis-cli -h redis-1 SET 'a key' 'it'\''s'`],
    ['environment', '{"LANG":"C"}'],
    ['directory', '/workspace'],
  ]);
});

test('the content of a file is shown line by line, and nothing of it can hide', () => {
  const call = actionCallSchema.parse({
    action: 'file.write@1',
    with: { path: '/workspace/redis.conf', content: 'port 6379\n\u202etxet' },
  });
  expect(callText(call)).toContainEqual(['content', 'port 6379\n\\u{202e}txet']);
});

/** The words of a line, as the rules of quoting in POSIX shells have it. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s'\\]|\\'|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|\\'/g, (_, inside?: string) => inside ?? "'"));
}

test('a shell that reads the shown command reads the same words', () => {
  const word = fc.string({ unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (argv) => {
      const shown = callText({ action: 'command.run@1', with: { argv, environment: {}, directory: '/' } });
      expect(wordsOf(shown[0]?.[1] ?? '')).toEqual(argv);
    }),
  );
});
