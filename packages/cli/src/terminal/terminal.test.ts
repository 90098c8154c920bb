import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openTerminal } from './terminal.ts';

const tty = (): NodeJS.WritableStream => Object.assign(new PassThrough(), { isTTY: true, columns: 100 });

test('a terminal is coloured, a pipe is not', () => {
  expect(openTerminal(tty(), {}).style('good', 'yes')).toBe('\u001b[32myes\u001b[39m');
  expect(openTerminal(new PassThrough(), {}).style('good', 'yes')).toBe('yes');
});

test('NO_COLOR, and TERM=dumb, take the colours away', () => {
  expect(openTerminal(tty(), { NO_COLOR: '1' }).style('bad', 'no')).toBe('no');
  expect(openTerminal(tty(), { TERM: 'dumb' }).style('bad', 'no')).toBe('no');
  expect(openTerminal(tty(), { TERM: 'dumb' }).isLive).toBe(false);
});

test('nothing is drawn anew in continuous integration', () => {
  expect(openTerminal(tty(), { CI: 'true' }).isLive).toBe(false);
  expect(openTerminal(tty(), {}).isLive).toBe(true);
});

test('a pipe counts as 80 columns wide', () => {
  expect(openTerminal(new PassThrough(), {}).columns).toBe(80);
  expect(openTerminal(tty(), {}).columns).toBe(100);
});
