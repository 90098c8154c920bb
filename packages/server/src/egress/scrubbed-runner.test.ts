import { expect, test } from 'vitest';
import type { Execution, RunnerPort } from '@duovir/engine';
import { scrubbedRunner } from './scrubbed-runner.ts';
import { ownSecrets, serverScrubber } from './scrubber.ts';

const password = 'kX9-opal-quartz';
const base64 = Buffer.from(password).toString('base64');

test('Invariant 12: what programs wrote is stored and passed on without secrets, in whatever encoding', async () => {
  const written = {
    stdout: `connecting with ${password}`,
    stderr: `token ${base64} refused for AKIA${'ABCDEFGH23456789'}`,
  };
  const lines: string[] = [];
  const runner: RunnerPort = {
    execute: async (_request, _permit, onLog): Promise<Execution> => {
      onLog('stderr', written.stderr);
      return {
        kind: 'receipt',
        receipt: { payload: '', payloadType: 'application/vnd.in-toto+json', signatures: [{ keyid: '', sig: '' }] },
        sandbox: null,
        ...written,
      };
    },
    sandbox: async () => null,
    stop: async () => {},
    release: async () => {},
  };
  const scrubber = serverScrubber(ownSecrets(`postgresql://duovir:${password}@database.example/duovir`));
  const execution = await scrubbedRunner(runner, scrubber).execute({} as never, 'permit-x', (_stream, text) =>
    lines.push(text),
  );
  const seen = JSON.stringify({ execution, lines });
  for (const secret of [password, base64, 'AKIAABCDEFGH23456789']) expect(seen).not.toContain(secret);
  expect(seen).toContain('connecting with [removed: database password]');
});

test('a connection without a password registers nothing, and text stays as it was', () => {
  expect(
    serverScrubber(ownSecrets('postgresql://postgres@localhost/postgres?host=%2Frun')).scrub('FATAL: could not bind'),
  ).toBe('FATAL: could not bind');
});
