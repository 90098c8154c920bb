import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { executionEventSchema, executionStateSchema, sandboxHandleSchema, type ExecuteRequest } from '@duovir/protocol';
import type { Execution, RunnerPort } from '@duovir/engine';
import { isPassing, PATIENCE_MS, withPatience, PrincipalError, type UnixClient } from '@duovir/principal';

const answerSchema = z.object({ state: executionStateSchema });
const nothingSchema = z.unknown();

const PAUSE_MS = 250;
/** A step may be silent for as long as it may run. */
const MARGIN_MS = 60_000;

/** Told before an execution is begun or joined, so that its output is numbered on from what is stored. */
export type OnExecution = (run: string, permit: string) => Promise<void>;
type OnLog = Parameters<RunnerPort['execute']>[2];

/** The runner, as one that may die at any moment and come back with what it had on disk. */
export function runner(client: UnixClient, onExecution: OnExecution): RunnerPort {
  return {
    execute: async (request, permit, onLog) => {
      await onExecution(request.plan.run, permit);
      return execute(client, request, permit, onLog);
    },
    sandbox: (run) =>
      withPatience(async () => {
        try {
          return await client.call({ path: `/v1/sandboxes/${run}` }, sandboxHandleSchema);
        } catch (error) {
          if (isAbsent(error)) return null;
          throw error;
        }
      }),
    stop: async (run) => {
      await withPatience(() => client.call({ method: 'POST', path: `/v1/runs/${run}/stop`, body: {} }, nothingSchema));
    },
    release: async (run, settlement, proof) => {
      await withPatience(() =>
        client.call(
          { path: `/v1/runs/${run}/release`, body: { settlement, proof }, timeoutMs: MARGIN_MS },
          nothingSchema,
        ),
      );
    },
  };
}

/** Asks what became of the permit before it is sent, and again whenever the connection breaks (Invariant 11). */
async function execute(client: UnixClient, request: ExecuteRequest, permit: string, onLog: OnLog): Promise<Execution> {
  let deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const { state } = await client.call({ path: `/v1/executions/${permit}` }, answerSchema);
      deadline = Date.now() + PATIENCE_MS;
      const execution = await follow(client, state, request, permit, onLog);
      if (execution) return execution;
    } catch (error) {
      if (!isPassing(error) || Date.now() > deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** Undefined when the stream ended without a last word: its end is then asked for. */
async function follow(
  client: UnixClient,
  state: z.infer<typeof executionStateSchema>,
  request: ExecuteRequest,
  permit: string,
  onLog: OnLog,
): Promise<Execution | undefined> {
  switch (state) {
    case 'interrupted':
      return { kind: 'interrupted' };
    case 'unknown':
      return read(client, { path: '/v1/executions', body: request, timeoutMs: silence(request) }, onLog);
    case 'running':
    case 'finished':
      return join(client, request, permit, onLog);
  }
}

async function join(
  client: UnixClient,
  request: ExecuteRequest,
  permit: string,
  onLog: OnLog,
): Promise<Execution | undefined> {
  try {
    return await read(client, { path: `/v1/executions/${permit}/events`, timeoutMs: silence(request) }, onLog);
  } catch (error) {
    // The runner died in between and came back: what became of the execution is another question now.
    if (error instanceof PrincipalError && error.code === 'answer-refused') return undefined;
    throw error;
  }
}

async function read(
  client: UnixClient,
  call: Parameters<UnixClient['lines']>[0],
  onLog: OnLog,
): Promise<Execution | undefined> {
  for await (const event of client.lines(call, executionEventSchema)) {
    if (event.kind !== 'log') return event;
    onLog(event.stream, event.text);
  }
  return undefined;
}

function silence({ plan }: ExecuteRequest): number {
  return Math.max(...plan.steps.map(({ timeoutMs }) => timeoutMs)) + MARGIN_MS;
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof PrincipalError && error.code === 'answer-refused' && error.message.startsWith('sandbox-absent:')
  );
}
