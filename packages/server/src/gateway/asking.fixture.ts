import { UnixClient } from '@duovir/principal';
import {
  digestOf,
  modelAnswerSchema,
  signQuestion,
  type ModelAnswer,
  type ModelQuestion,
  type RunRequest,
} from '@duovir/protocol';
import type { TestApi } from '../api/api.fixture.ts';
import { newRunId } from '../api/run-id.ts';
import { systemRandom } from '../random.ts';

/** A run that Ann asks for. */
export async function acceptRun(
  { api }: TestApi,
  inputs: RunRequest['inputs'] = {},
  dataClass: RunRequest['dataClass'] = 'internal',
): Promise<string> {
  const run = newRunId(systemRandom);
  const request = { goal: 'Cluster PostgreSQL', target: 'sandbox', inputs, environment: 'development' } as const;
  await api.runs.accept({
    run,
    requester: 'ann',
    acceptedAt: new Date().toISOString(),
    request: { ...request, dataClass, occupiedPorts: [] },
  });
  return run;
}

export function questionOf(run: string, text: string): ModelQuestion {
  const schema = {
    type: 'object',
    properties: { ok: { type: 'boolean' } },
    required: ['ok'],
    additionalProperties: false,
  };
  return {
    run,
    purpose: 'plan',
    motion: null,
    attempt: 1,
    prompt: { name: 'planner', version: 1, digest: digestOf('planner') },
    system: 'You plan.',
    parts: [{ label: 'goal', text }],
    answer: { name: 'plan', schema },
    maxOutputTokens: 256,
  };
}

/** Asks as the process of an agent does: signed, at the socket of the gateway. */
export async function askModel(server: TestApi, question: ModelQuestion, by = 'planner'): Promise<ModelAnswer> {
  const body = await signQuestion(server.signer(by), question, new Date().toISOString());
  const client = new UnixClient(server.state.socket('gateway'));
  try {
    return await client.call({ path: '/v1/model-calls', body, timeoutMs: 30_000 }, modelAnswerSchema);
  } finally {
    client.close();
  }
}
