import { expect, test } from 'vitest';
import type { ExecutionEvent } from '@duovir/protocol';
import { logLines } from './log-lines.ts';

test('lines come as plain text until the cap of their stream', () => {
  const events: ExecutionEvent[] = [];
  const tell = logLines(
    17,
    (text) => text.replace('x', 'X'),
    (event) => events.push(event),
  );
  for (const line of ['\u001b[1mab\u001b[0m', 'cd', 'efgh', 'i']) tell('stdout', line);
  tell('stderr', 'x');
  expect(events).toEqual([
    { kind: 'log', stream: 'stdout', text: 'ab' },
    { kind: 'log', stream: 'stdout', text: 'cd' },
    { kind: 'log', stream: 'stdout', text: '[further output is not shown here]' },
    { kind: 'log', stream: 'stderr', text: 'X' },
  ]);
});
