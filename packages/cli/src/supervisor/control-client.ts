import { setTimeout as sleep } from 'node:timers/promises';
import { PrincipalError, UnixClient, type Call, type StateDirectory } from '@duovir/principal';
import type * as z from 'zod';
import { CliError } from '../error.ts';
import { SUPERVISOR } from './control.ts';
import { stillThere, type FamilyMember } from './family.ts';
import { downAnswerSchema, supervisorStatusSchema, type SupervisorStatus } from './status.ts';

const STOP_WITHIN_MS = 30_000;
const POLL_MS = 25;

async function ask<Schema extends z.ZodType>(
  state: StateDirectory,
  call: Call,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const client = new UnixClient(state.socket(SUPERVISOR));
  try {
    return await client.call({ timeoutMs: 10_000, ...call }, schema);
  } catch (error) {
    if (error instanceof PrincipalError && error.code === 'unreachable') return undefined;
    throw error;
  } finally {
    client.close();
  }
}

/** Undefined when no supervisor runs. */
export function readStatus(state: StateDirectory): Promise<SupervisorStatus | undefined> {
  return ask(state, { path: '/v1/status' }, supervisorStatusSchema);
}

/** Lets a running supervisor try again what it had given up. */
export function revive(state: StateDirectory): Promise<SupervisorStatus | undefined> {
  return ask(state, { method: 'POST', path: '/v1/start' }, supervisorStatusSchema);
}

/** Stops everything and returns once it has seen that nothing is left; undefined when nothing was up. */
export async function takeDown(state: StateDirectory): Promise<readonly FamilyMember[] | undefined> {
  const answer = await ask(state, { method: 'POST', path: '/v1/down' }, downAnswerSchema);
  if (!answer) return undefined;
  const deadline = performance.now() + STOP_WITHIN_MS;
  while (stillThere(answer.family).length > 0) {
    if (performance.now() > deadline) throw notGone(stillThere(answer.family));
    await sleep(POLL_MS);
  }
  return answer.family;
}

function notGone(left: readonly FamilyMember[]): CliError {
  const names = left.map(({ name, pid }) => `${name} (${pid})`).join(', ');
  return new CliError(
    'stop-failed',
    `These processes did not end: ${names}.`,
    `End them with \`kill -9 ${left.map(({ pid }) => pid).join(' ')}\`, then look into the log directory.`,
  );
}
