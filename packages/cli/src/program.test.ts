import { expect, test } from 'vitest';
import { createProgram } from './program.ts';
import { recordSession } from './session.fixture.ts';

async function loaded(...words: string[]): Promise<readonly string[]> {
  const { commands } = await createProgram(recordSession(), words);
  return commands.map((command) => command.name());
}

test('a command loads only what belongs to its noun', async () => {
  expect(await loaded('run', 'list')).toEqual(['run']);
  expect(await loaded('--state', 'run', 'status', '--json')).toEqual(['status']);
});

test.each(['', 'help', 'help run', '--help', 'completion bash', 'sttaus', '__proto__', '--nothing run'])(
  '"%s" may mean any of them',
  async (line) => {
    expect((await loaded(...line.split(' '))).length).toBeGreaterThan(15);
  },
);
