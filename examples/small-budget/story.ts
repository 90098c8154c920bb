// A run whose budget is too small: the model that would name the cause of a failure may not be asked any more. The run stops
// cleanly, what was done is undone, and the part of the budget that is kept for the way back is still there.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BudgetView } from '@duovir/protocol';
import type { ModelCall } from '../../tools/model-server/brain.ts';
import { startModelServer } from '../../tools/model-server/model-server.ts';
import type { Reply } from '../../tools/model-server/reply.ts';
import { brain } from '../model-council/brain.ts';
import { GOAL } from '../model-council/canaries.ts';
import { councilOf, writeCouncil } from '../model-council/models.ts';
import { endOf, eventsOf, proven, story } from '../story.ts';

const UNDONE = 10;
/** Enough for plan, revision and reviews. One call of the healer's model could cost more than all of it. */
const CAP = { tokens: 4_000_000, microUsd: 3_000_000 };
const dear = { kind: 'fixed', input: 300_000_000, output: 900_000_000, cacheRead: 0, cacheWrite: 0 } as const;

const folder = mkdtempSync(join(tmpdir(), 'duovir-budget-'));
const models = await startModelServer({ brain: planningBadly });
try {
  await story(
    async (duovir) => {
      const exit = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--wait');
      const events = await duovir.lastEvents();
      assert.equal(exit, UNDONE);
      assert.equal(endOf(events).outcome, 'undone');
      const refused = eventsOf(events, 'model-end').filter(({ body }) => body.outcome === 'refused');
      assert.ok(refused.some(({ body }) => /worst case/.test(body.explanation)));
      const restored = eventsOf(events, 'attestation-make').findLast(({ body }) => body.about === 'restored');
      assert.equal(restored?.body.outcome, 'succeeded');

      const run = (await duovir.newestRun()) ?? '';
      const { levels } = JSON.parse((await duovir.ask('budget', 'show', '--run', run, '--json')).output) as BudgetView;
      const level = levels.find(({ id }) => id === `run/${run}`);
      assert.ok(level, 'the run has a budget of its own');
      const left = level.cap.microUsd - level.spent.microUsd;
      assert.ok(left >= level.landing.microUsd, 'what the way back may need is still there');
      assert.equal(level.reserved.microUsd, 0, 'every reservation is settled');
      assert.equal(await duovir.show('ledger', 'verify'), 0);
      proven(
        'the call that did not fit was refused before anything left',
        'the run was undone, and the attestor saw the environment as it was before',
        `${dollars(left)} of ${dollars(level.cap.microUsd)} are left, ${dollars(level.landing.microUsd)} of it kept for verification and undo`,
      );
    },
    async (duovir) => {
      const council = (url: string, key: string): object => {
        const whole = councilOf(url, key);
        const [, gpt] = whole.egress.models;
        return {
          egress: { ...whole.egress, models: [...whole.egress.models, { ...gpt, alias: 'gpt-dear', price: dear }] },
          budget: { ...whole.budget, run: CAP, motion: CAP },
          agents: whole.agents.map((agent) => (agent['name'] === 'healer' ? { ...agent, model: 'gpt-dear' } : agent)),
        };
      };
      assert.equal(await duovir.show('init', '--models', writeCouncil(folder, models.url, council)), 0);
    },
  );
} finally {
  await models.close();
  rmSync(folder, { recursive: true });
}

/** The cluster of the council, whose last statement no server can execute: a failure that no signature knows. */
async function planningBadly(call: ModelCall): Promise<Reply> {
  const reply = await brain(call);
  const text = JSON.stringify(reply).replaceAll(/"create table [^"]*"/g, '"select 1/0"');
  return JSON.parse(text) as Reply;
}

function dollars(microUsd: number): string {
  return `${(microUsd / 1_000_000).toFixed(2)} USD`;
}
