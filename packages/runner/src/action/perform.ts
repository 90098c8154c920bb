import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionCall } from '@duovir/protocol';
import { SandboxError } from '../sandbox/error.ts';
import { failed, type ActionResult } from './action-result.ts';
import type { ActionScope } from './action-scope.ts';
import { runCommandStep } from './command-run.ts';
import { makeDirectory } from './directory-make.ts';
import { writeRunFile } from './file-write.ts';
import { removeRunPath } from './path-remove.ts';
import { closeRunSandbox } from './sandbox-close.ts';
import { openRunSandbox } from './sandbox-open.ts';
import { startRunService } from './service-start.ts';
import { stopRunService } from './service-stop.ts';
import { runShell } from './shell-exec.ts';

/** The kernel tells of the end of a command and of its sandbox in either order. */
const SETTLING_MS = 50;

/** Executes one action. Whatever happens, there is a result: the receipt must tell it. */
export async function perform(call: ActionCall, scope: ActionScope): Promise<ActionResult> {
  const result = await dispatch(call, scope).catch(resultOfError);
  const opened = call.action !== 'sandbox.open@1' && call.action !== 'sandbox.close@1';
  return opened && result.outcome === 'failed' ? blameSandbox(result, scope) : result;
}

function dispatch(call: ActionCall, scope: ActionScope): Promise<ActionResult> {
  switch (call.action) {
    case 'sandbox.open@1':
      return openRunSandbox(call.with, scope);
    case 'sandbox.close@1':
      return closeRunSandbox(scope);
    case 'file.write@1':
      return writeRunFile(call.with, scope);
    case 'directory.make@1':
      return makeDirectory(call.with, scope);
    case 'path.remove@1':
      return removeRunPath(call.with, scope);
    case 'command.run@1':
      return runCommandStep(call.with, scope);
    case 'service.start@1':
      return startRunService(call.with, scope);
    case 'service.stop@1':
      return stopRunService(call.with, scope);
    case 'shell.exec@1':
      return runShell(call.with, scope);
  }
}

function resultOfError(error: unknown): ActionResult {
  if (!(error instanceof SandboxError)) console.error(error);
  const explanation = error instanceof Error ? error.message : 'unknown error';
  const lost = error instanceof SandboxError && error.code === 'sandbox-lost';
  return failed(lost ? 'sandbox-lost' : 'infrastructure', explanation);
}

/** What failed because the sandbox died under it has another cause than its own. */
async function blameSandbox(result: ActionResult, { sandboxes, run, generation }: ActionScope): Promise<ActionResult> {
  if (result.cause === 'cancelled' || result.cause === 'sandbox-lost') return result;
  if (result.exit === null) await sleep(SETTLING_MS);
  const alive = sandboxes.of(run)?.sandbox.generation === generation;
  return alive ? result : { ...result, cause: 'sandbox-lost' };
}
