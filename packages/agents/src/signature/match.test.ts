import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packs } from '../agent.fixture.ts';
import { bestMatch, type Output } from './match.ts';

const signatures = packs.flatMap((pack) => pack.signatures);
const output = (stderr: string, exit = 1): Output => ({ cause: 'exit', exit, stdout: '', stderr });

test('the specific comes before the general', () => {
  expect(bestMatch(signatures, output('bind() to 127.0.0.1:80 failed (13: Permission denied)'))?.signature.id).toBe(
    'net.port-permission-denied',
  );
  expect(bestMatch(signatures, output("open '/srv/a': Permission denied"))?.signature.id).toBe(
    'file.permission-denied',
  );
});

test('what nobody knows is not guessed', () => {
  expect(bestMatch(signatures, output('all is well', 0))).toBeUndefined();
  expect(bestMatch(signatures, output('it went wrong somehow'))).toBeUndefined();
});

test('terminal control sequences neither hide a cause nor reach the evidence', () => {
  const match = bestMatch(signatures, output('\u001b[31mbind: Address al\u001b[0mready in use\u0007\r\n'));
  expect(match?.signature.id).toBe('net.port-in-use');
  expect(match?.evidence).toEqual(['bind: Address already in use']);
});

test('the evidence is the line that shows it, and short', () => {
  const match = bestMatch(signatures, output(`before\nError: EADDRINUSE ${'x'.repeat(5000)}\nafter`));
  expect(match?.evidence).toHaveLength(1);
  expect(match?.evidence[0]?.length).toBeLessThanOrEqual(500);
});

test('hostile output cannot stop the healer', () => {
  const piece = fc.constantFrom(
    'a',
    ':',
    '/',
    '"',
    "'",
    ' ',
    '1',
    'bind ',
    'on port ',
    'in use',
    '\n',
    'No such file',
    '(',
    'Error: ',
    '[emerg] ',
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
      const text = pieces.join('').repeat(40_000).slice(0, 65_536);
      const started = performance.now();
      bestMatch(signatures, { cause: 'exit', exit: 1, stdout: text, stderr: text });
      expect(performance.now() - started).toBeLessThan(2000);
    }),
    { numRuns: 25 },
  );
});
