import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandTree } from '../completion/command-tree.ts';
import { createProgram } from '../program.ts';
import { recordSession } from '../session.fixture.ts';
import { cliReference } from './reference.ts';

const PAGE = new URL('../../../../docs/reference/cli.md', import.meta.url);

test('docs/reference/cli.md is what the commands say', async () => {
  const text = cliReference(commandTree(await createProgram(recordSession())));
  expect(readFileSync(PAGE, 'utf8'), 'write it anew with `node packages/cli/src/reference/write.ts`').toBe(text);
});
