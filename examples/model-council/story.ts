// The demo with models instead of playbooks: one plans, two vendors' review beside the rules, one heals. They are scripted and
// stand behind a real socket; whatever reaches it is compared with what the ledger says has left.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EgressView } from '@duovir/protocol';
import { startModelServer } from '../../tools/model-server/model-server.ts';
import { endOf, eventsOf, proven, story } from '../story.ts';
import { brain } from './brain.ts';
import { canaries, GOAL, GOAL_WITH_SECRETS, inEnvironment, leaksIn } from './canaries.ts';
import { writeCouncil } from './models.ts';

const TAKEN = 5432;
const REJECTED = 11;

// Planted where a careless process would pick it up and send it along.
process.env['APPLICATION_TOKEN'] = inEnvironment;

const folder = mkdtempSync(join(tmpdir(), 'duovir-council-'));
const models = await startModelServer({ brain });
try {
  await story(
    async (duovir) => {
      const exit = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--occupy', String(TAKEN), '--wait');
      const events = await duovir.lastEvents();
      assert.equal(exit, 0);
      assert.equal(endOf(events).outcome, 'succeeded');
      assert.equal(endOf(events).heals, 1);

      const plans = eventsOf(events, 'plan-propose').map(({ body }) => body);
      assert.deepEqual(
        plans.map(({ revision }) => revision),
        [1, 2],
        'findings make the planner revise its plan',
      );
      const opinions = eventsOf(events, 'opinion-reveal').map(({ body }) => body);
      const first = opinions.filter(({ motion, brain: kind }) => motion === plans[0]?.motion && kind === 'model');
      const objecting = first.filter(({ verdict }) => verdict === 'reject');
      assert.deepEqual(objecting.map(({ reviewer }) => reviewer).toSorted(), ['reviewer-claude', 'reviewer-gpt']);
      const [changed, ...others] = opinions.filter(({ changedFrom }) => changedFrom !== null);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [changed?.reviewer, changed?.changedFrom, changed?.verdict],
        ['reviewer-gpt', 'reject', 'approve'],
      );
      const tested = eventsOf(events, 'finding-check').map(({ body }) => body.check);
      const cause = tested.find(({ id }) => changed?.because.includes(id));
      assert.equal(cause?.outcome, 'disproved', 'a mind is changed by a test, and by nothing else');
      assert.equal(eventsOf(events, 'diagnosis-make')[0]?.body.diagnosis.signature, 'net.port-in-use');

      const run = (await duovir.newestRun()) ?? '';
      const records = await leftFor(duovir, run);
      const received = [...models.requests()];
      assert.deepEqual(
        received.map(({ digest }) => digest).toSorted(),
        records.map(({ digest }) => digest).toSorted(),
        'every byte that arrived is in the ledger, and nothing else is',
      );
      assert.deepEqual(leaksIn(received), [], 'nothing that was planted has left');
      assert.ok(records.some(({ redactions }) => (redactions.secret ?? 0) > 0));
      assert.ok(eventsOf(events, 'model-retry').length > 0, 'one call had to be tried again');

      assert.equal(await duovir.show('run', 'start', GOAL_WITH_SECRETS, '--target', 'sandbox', '--wait'), REJECTED);
      assert.deepEqual(leaksIn(models.requests()), [], 'models may be asked about a goal with secrets, without them');

      assert.equal(await duovir.show('motion', 'show', changed?.motion ?? ''), 0);
      assert.equal(await duovir.show('egress', 'list', '--run', run), 0);
      assert.equal(await duovir.show('egress', 'show', records.at(-1)?.call ?? ''), 0);
      assert.equal(await duovir.show('budget', 'show'), 0);
      assert.equal(await duovir.show('ledger', 'verify'), 0);
      proven(
        'a model planned, models of two vendors and the rules reviewed, and two of them made the planner revise its plan',
        'a finding that was not so was refuted, tested, and given up in the second vote by who had made it',
        `port ${TAKEN} was taken, and a diagnosis by a model, with evidence and a check that was run, led to the patch`,
        `${received.length} requests reached the models; each hashes to its entry in the ledger`,
        `${canaries.length} planted values, in ${received.reduce((sum, { body }) => sum + body.length, 0)} bytes: none arrived`,
      );
    },
    async (duovir) => {
      assert.equal(await duovir.show('init', '--models', writeCouncil(folder, models.url)), 0);
    },
  );
} finally {
  await models.close();
  rmSync(folder, { recursive: true });
}

async function leftFor(duovir: Parameters<Parameters<typeof story>[0]>[0], run: string): Promise<EgressView[]> {
  const { output } = await duovir.ask('egress', 'list', '--run', run, '--json');
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EgressView);
}
