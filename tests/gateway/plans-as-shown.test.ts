import { dryRun } from '@duovir/policy';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packsFolder, reviewWithModel, type Thinker } from '@duovir/agents';
import { createGuard } from '@duovir/egress';
import { accepted, packs, RUN, subjectPlan } from '../../tools/eval/subject-plan.ts';
import { planDigest, runRequestSchema, type Json } from '@duovir/protocol';

const guard = createGuard({ deadlineMs: 5000, internalDomains: [] });
afterAll(() => guard.close());

/** The only table that a playbook of the product makes, and its column: like those of a user they are nobody else's business. */
const owned = ['duovir_canary', 'run'];

async function hiddenIn(texts: readonly string[]): Promise<string[]> {
  const { looks } = await guard.look(texts, new Map());
  const hidden = looks.flatMap(({ spans, sql }, index) =>
    [...spans, ...sql].map(({ start, end }) => texts[index]?.slice(start, end) ?? ''),
  );
  return [...new Set(hidden)].toSorted();
}

/** What has no default. */
const INPUTS: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  'service/supervised': { argv: ['/usr/bin/sleep', '60'] },
  'kubernetes/deployment-manifests': { image: `registry.example/web@sha256:${'a'.repeat(64)}` },
};

/** Every part of the prompt in which a reviewer sees the plan. */
async function shownToReviewers(playbook: string): Promise<string[]> {
  const inputs = INPUTS[playbook] ?? {};
  const plan = subjectPlan({ playbook, inputs, occupiedPorts: [], change: [] });
  const request = runRequestSchema.parse({ goal: plan.goal.statement, target: 'sandbox', inputs, occupiedPorts: [] });
  const shown: string[] = [];
  const thinker: Thinker = {
    think: async ({ parts }) => {
      shown.push(...parts.map(({ text }) => text));
      return {
        kind: 'none',
        reason: 'unreachable',
        detail: '',
        provenance: { brain: 'playbook', tokens: 0, calls: [] },
      };
    },
  };
  await reviewWithModel(thinker, 'goal', {
    run: RUN,
    round: 1,
    phase: 'blind',
    debate: null,
    kind: 'plan',
    motion: planDigest(plan),
    plan,
    evidence: {
      request: accepted(request),
      riskClass: 'R1',
      reasons: [],
      checks: [],
      diff: null,
      dryRun: dryRun(plan),
      state: null,
      heal: null,
    },
    trustPolicy: `sha256:${'d'.repeat(64)}`,
  });
  return shown;
}

const playbooks = packs.flatMap(({ id, playbooks: each }) => each.map(({ metadata }) => `${id}/${metadata.id}`));

test.each(playbooks)('of a plan from %s a model sees all but the names of a schema', async (playbook) => {
  const shown = await shownToReviewers(playbook);
  expect(shown.join('\n').length).toBeGreaterThan(2000);
  expect(await hiddenIn(shown)).toEqual(playbook === 'postgres/cluster' ? owned : []);
});

const files = readdirSync(packsFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /^[^/]+\/playbooks\/.*\.yaml$/.test(name),
);

test.each(files)('of the file %s a model sees all but the names of a schema', async (name) => {
  const hidden = await hiddenIn([readFileSync(join(packsFolder, name), 'utf8')]);
  expect(hidden).toEqual(name === 'postgres/playbooks/cluster.yaml' ? owned : []);
});
