import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { PrincipalError, UnixClient } from '@duovir/principal';
import {
  attestAnswerSchema,
  digestOf,
  executionEventSchema,
  keyIdOf,
  openStatement,
  sandboxHandleSchema,
  type AttestAnswer,
  type ExecuteRequest,
  type ExecutionEvent,
  type Probe,
  type SandboxHandle,
  type TrustPolicy,
} from '@duovir/protocol';
import type { RunnerErrorCode } from '@duovir/runner';
import { chain } from '../permit/chain.ts';
import { collect } from '../permit/collect.ts';
import { install, type Installation } from '../permit/installation.ts';
import { newRunId } from '../permit/plan.fixture.ts';

/**
 * What a server has that belongs to an attacker: its key, its log, its database, and the sockets of runner and attestor,
 * which run as processes of their own. Whatever others have signed it has got from them; their keys it has not.
 */
export interface Siege extends Installation {
  readonly runner: UnixClient;
  readonly attestor: UnixClient;
  /** A run of somebody else, under way in a living sandbox. */
  readonly victim: string;
  execute(request: ExecuteRequest): Promise<ExecutionEvent>;
  attest(request: object): Promise<AttestAnswer>;
  sandbox(run: string): Promise<SandboxHandle>;
  /** The runner refuses with this code, in a statement for the ledger, and nothing has happened. */
  refused(request: ExecuteRequest, code: RunnerErrorCode): Promise<void>;
  /** The attestor refuses with this code, and no program was started. */
  unattested(request: object, code: RunnerErrorCode): Promise<void>;
  /** What there is of a file in the victim's sandbox, as the attestor sees it. */
  isThere(path: string): Promise<boolean>;
  end(): Promise<void>;
}

/** Where the attacks would leave a mark: the second step of the plan of all of them. */
export const MARKER = '/workspace/marker';

const SECONDS = '4.7193';

/** A probe that can be seen as long as it runs. The attestor lets it through its floor: it only looks. */
export const slowProbe: Probe = {
  id: 'slow',
  action: 'command.probe@1',
  with: { argv: ['/usr/bin/sleep', SECONDS], environment: {}, timeoutMs: 5000 },
  expect: { exit: 0 },
  intervalMs: 250,
  deadlineMs: 0,
};

export async function besiege(change: (policy: TrustPolicy) => TrustPolicy = (policy) => policy): Promise<Siege> {
  const installed = await install();
  const installation = { ...installed, digest: await installed.enforce(change(installed.policy)) };
  const { state, policy } = installation;
  const children: ChildProcess[] = [];
  const start = async (name: 'runner' | 'attestor'): Promise<UnixClient> => {
    const path = fileURLToPath(import.meta.resolve(`@duovir/runner/${name}-process`));
    const child = spawn(process.execPath, [path, installation.root], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return new UnixClient(state.socket(name));
  };
  const [runner, attestor] = await Promise.all([start('runner'), start('attestor')]);

  const execute = async (request: ExecuteRequest): Promise<ExecutionEvent> => {
    const last = (await collect(runner.lines({ path: '/v1/executions', body: request }, executionEventSchema))).at(-1);
    if (!last) throw new Error('the runner said nothing');
    return last;
  };
  const sandbox = (run: string): Promise<SandboxHandle> =>
    runner.call({ path: `/v1/sandboxes/${run}` }, sandboxHandleSchema);
  const victim = newRunId();
  const opened = await execute(await chain(installation, { run: victim }));
  if (opened.kind !== 'receipt') throw new Error(JSON.stringify(opened));
  const handle = await sandbox(victim);

  const attest = (request: object): Promise<AttestAnswer> => {
    const body = {
      run: victim,
      subject: digestOf('target'),
      about: 'target',
      step: null,
      attempt: 1,
      probes: [],
      sandbox: handle,
      baseline: null,
      grounds: null,
      author: null,
      placeholders: [],
      restorations: [],
      ...request,
    };
    return attestor.call({ path: '/v1/attestations', body }, attestAnswerSchema);
  };
  const isThere = async (path: string): Promise<boolean> => {
    const probe = { id: 'file', action: 'file.probe@1', with: { path }, expect: { exists: true } };
    return (await attest({ probes: [probe] })).outcome === 'succeeded';
  };
  const used = (): string[] => readdirSync(join(state.memory('runner'), 'used-permits')).toSorted();
  return {
    ...installation,
    runner,
    attestor,
    victim,
    execute,
    attest,
    sandbox,
    isThere,
    refused: async (request, code) => {
      const before = used();
      const event = await execute(request);
      expect(event).toMatchObject({ kind: 'refusal', code });
      if (event.kind !== 'refusal') return;
      const self = policy.principals.find(({ name }) => name === 'runner');
      if (!self) throw new RangeError('the runner is not enrolled');
      expect(openStatement(event.refusal, 'refusal', self).predicate.code).toBe(code);
      expect(used()).toEqual(before);
      if (request.plan.run === victim) expect(await isThere(MARKER)).toBe(false);
      else await expect(sandbox(request.plan.run)).rejects.toThrow('sandbox-absent');
    },
    unattested: async (request, code) => {
      const error: unknown = await watched(attest(request)).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(PrincipalError);
      expect(String(error)).toContain(`${code}:`);
    },
    end: async () => {
      for (const client of [runner, attestor]) client.close();
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children.map(hasEnded));
      installation.remove();
    },
  };
}

async function hasEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Rejects as well where the slow probe's program was seen while the attestor was busy. */
export async function watched<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let seen = false;
  const timer = setInterval(() => {
    seen ||= readdirSync('/proc').some((name) => /^\d+$/.test(name) && argumentsOf(name).includes(SECONDS));
  }, 50);
  const [settled] = await Promise.allSettled([answer]);
  clearInterval(timer);
  if (seen) throw new Error('the program of the slow probe was started');
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

function argumentsOf(pid: string): string[] {
  const path = `/proc/${pid}/cmdline`;
  try {
    return existsSync(path) ? readFileSync(path, 'utf8').split('\0') : [];
  } catch (error) {
    // It has ended in between.
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}

/** The server's own key under the names of others: what it can sign without them. */
export function forging(installation: Installation, ...names: readonly string[]): Installation {
  const server = installation.signer('server');
  return {
    ...installation,
    signer: (name) => {
      if (!names.includes(name)) return installation.signer(name);
      const principal = installation.policy.principals.find((one) => one.name === name);
      if (!principal) throw new RangeError(`nobody is called ${name}`);
      const keyId = keyIdOf(name, Buffer.from(principal.publicKey, 'base64'));
      return { ...server, principal: name, keyId, sign: (bytes) => server.sign(bytes) };
    },
  };
}
