import { expect, test } from 'vitest';
import type { Failure } from '@duovir/protocol';
import { evidenceLines } from './evidence-line.ts';

const failure: Failure = {
  run: 'run-aaaaaaaaaaaaaaaaaaaa',
  step: 'primary',
  attempt: 1,
  evidence: `sha256:${'e'.repeat(64)}`,
  cause: 'exit',
  exit: 1,
  stdout: '',
  stderr: '',
  probes: [],
};
const secret = 'Sommer-Hafen-Wolke';
const shown = (stderr: string): string =>
  evidenceLines({ ...failure, stderr })
    .map(({ text }) => text)
    .join('\n');

test('no cut leaves half a secret, which no guard would know', () => {
  for (let before = 440; before < 500; before += 1) {
    const text = shown(`${'x'.repeat(before - 1)} ${secret} was refused`);
    expect(text.replaceAll(secret, '')).not.toMatch(/Som|lke/);
  }
});

test('where something was left out, no half of a word stays beside the gap', () => {
  expect(shown('begins Sommer-Haf\n[4096 bytes left out]\nen-Wolke ends')).toContain(
    'begins\n[4096 bytes left out]\nends',
  );
});

test('the end of a long stream begins with a whole word', () => {
  const stream = `${secret} ${'word '.repeat(20_000)}`;
  for (let more = 1; more < 18; more += 1)
    expect(shown(stream.slice(0, 65_536 + more).slice(-65_536))).not.toContain('lke ');
  expect(shown('short and whole')).toContain('short and whole');
});
