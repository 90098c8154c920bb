import type { ActionInput } from '@duovir/protocol';
import type { ActionResult } from './action-result.ts';
import type { ActionScope } from './action-scope.ts';
import { runCommandStep } from './command-run.ts';

/** Makes the directory and those above it; one that is there gets the mode. */
export async function makeDirectory(
  { path, mode }: ActionInput<'directory.make@1'>,
  scope: ActionScope,
): Promise<ActionResult> {
  const argv = ['/usr/bin/install', '-d', '-m', mode, '--', path];
  return runCommandStep({ argv, environment: {}, directory: '/workspace' }, scope);
}
