import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { principalApp, serveUnix } from '@duovir/principal';
import {
  digestOf,
  modelRequestSchema,
  openStatement,
  type BoundPlaceholder,
  type Json,
  type ModelAnswer,
  type ModelQuestion,
  type ModelRefusal,
} from '@duovir/protocol';
import { clock, enrol } from '../agent.fixture.ts';
import { createGatewayThinker } from './gateway-client.ts';
import type { ModelBrain, Thinker } from './thinker.ts';

/** What the model behind the gateway says to a question. */
export type Say = (question: ModelQuestion, before: number) => Saying;
export type Saying =
  | { readonly value: Json; readonly placeholders?: readonly BoundPlaceholder[] }
  | { readonly refused: ModelRefusal };

/** A gateway on a real socket, that believes only what the agent has signed, with a model that a test speaks for. */
export interface StandIn {
  readonly thinker: Thinker;
  readonly asked: readonly ModelQuestion[];
  model(consult?: ModelBrain['consult']): ModelBrain;
  /** As its process ends and comes back. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function standIn(say: Say): Promise<StandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-gateway-'));
  const socket = join(folder, 'gateway.sock');
  const { signer, principal } = enrol('thinker', 'planner');
  const asked: ModelQuestion[] = [];
  const app = principalApp();
  app.post('/v1/model-calls', async (context) => {
    const { statement, question } = modelRequestSchema.parse(await context.req.json());
    const { subject } = openStatement(statement, 'model-question', principal);
    if (subject !== digestOf(question)) return context.json({ kind: 'another question' }, 409);
    asked.push(question);
    return context.json(answerOf(asked.length, say(question, asked.length - 1)));
  });
  let server = await serveUnix(app, socket);
  const thinker = createGatewayThinker({ signer, clock, socket, timeoutMs: 5000 });
  return {
    thinker,
    asked,
    model: (consult = 'always') => ({ thinker, consult }),
    stop: () => server.close(),
    start: async () => void (server = await serveUnix(app, socket)),
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answerOf(number: number, saying: Saying): ModelAnswer {
  const call = `call-${String.fromCodePoint(96 + number).repeat(26)}`;
  return 'refused' in saying
    ? { kind: 'refused', call, code: saying.refused, detail: 'as the test says', tokens: 7 }
    : {
        kind: 'answer',
        call,
        model: 'test',
        value: saying.value,
        tokens: 100,
        microUsd: 5,
        placeholders: [...(saying.placeholders ?? [])],
      };
}

/** The text of a part; empty where there is none. */
export function partOf(question: ModelQuestion, label: string): string {
  return question.parts.find((part) => part.label === label)?.text ?? '';
}
