import type { NewEvent, RunEvent } from '@duovir/protocol';
import { record } from './events.fixture.ts';

const call = (letter: string): string => `call-${letter.repeat(26)}`;

/** A planner with a model that asks a person first, and two reviewers at work at once. */
export const thinkingRun: readonly RunEvent[] = record(
  {
    type: 'run-start',
    body: {
      requester: 'operator',
      request: {
        goal: 'Something with replicas',
        target: 'sandbox',
        inputs: {},
        environment: 'development',
        dataClass: 'internal',
        occupiedPorts: [],
      },
      entry: 1,
    },
  },
  { type: 'stage-start', body: { stage: 'plan' } },
  {
    type: 'model-start',
    body: {
      call: call('a'),
      principal: 'planner',
      purpose: 'plan',
      model: 'claude',
      reserved: { tokens: 40_000, microUsd: 120_000 },
      redactions: 3,
    },
  },
  { type: 'model-progress', body: { call: call('a'), principal: 'planner', tokens: 412 } },
  { type: 'model-retry', body: { call: call('a'), principal: 'planner', try: 2, reason: 'status 429' } },
  {
    type: 'model-end',
    body: {
      call: call('a'),
      principal: 'planner',
      outcome: 'answered',
      explanation: '',
      tokens: 4120,
      microUsd: 18_300,
      milliseconds: 2100,
      entry: 4,
    },
  },
  { type: 'clarification-ask', body: { question: 'Redis or PostgreSQL?', entry: 5 } },
  { type: 'clarification-answer', body: { person: 'operator', answer: 'PostgreSQL', entry: 6 } },
  {
    type: 'budget-alert',
    body: {
      level: 'run/run-abcdefghijklmnopqrst',
      percent: 80,
      spent: { tokens: 4120, microUsd: 800_000 },
      cap: { tokens: 200_000, microUsd: 1_000_000 },
    },
  },
  { type: 'stage-start', body: { stage: 'review' } },
  ...(['b', 'c'] as const).map((letter): NewEvent => ({
    type: 'model-start',
    body: {
      call: call(letter),
      principal: letter === 'b' ? 'reviewer-security' : 'reviewer-reliability',
      purpose: 'review',
      model: letter === 'b' ? 'gpt' : 'claude',
      reserved: { tokens: 9000, microUsd: 4200 },
      redactions: letter === 'b' ? 0 : 1,
    },
  })),
  { type: 'model-progress', body: { call: call('b'), principal: 'reviewer-security', tokens: 412 } },
  {
    type: 'model-end',
    body: {
      call: call('c'),
      principal: 'reviewer-reliability',
      outcome: 'refused',
      explanation: 'run has 0.001 USD left.',
      tokens: 0,
      microUsd: 0,
      milliseconds: 3,
      entry: null,
    },
  },
);
