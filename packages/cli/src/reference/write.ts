import { writeFileSync } from 'node:fs';
import { commandTree } from '../completion/command-tree.ts';
import { createProgram } from '../program.ts';
import { openTerminal } from '../terminal/terminal.ts';
import { cliReference } from './reference.ts';

/** Writes docs/reference/cli.md: `node packages/cli/src/reference/write.ts`. */
const program = await createProgram({
  output: openTerminal(process.stdout, process.env),
  errors: openTerminal(process.stderr, process.env),
  environment: {},
  interrupted: new AbortController().signal,
  now: () => new Date(0),
  finish: () => undefined,
});
writeFileSync(new URL('../../../../docs/reference/cli.md', import.meta.url), cliReference(commandTree(program)));
