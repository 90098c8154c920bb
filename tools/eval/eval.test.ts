import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promptNames } from '@duovir/agents';
import { detect, priceOf } from '@duovir/egress';
import type { Json, ModelQuestion } from '@duovir/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { startModelServer } from '../model-server/model-server.ts';
import type { Ask } from './answered.ts';
import { casesOf, EVALS, type EvalCase } from './case-file.ts';
import { evaluate } from './evaluate.ts';
import { openLiveModel, readPolicyFile } from './live-model.ts';
import { recordingOf, rekeying, replayed } from './recording.ts';
import { evaluatePrompt, openSource } from './source.ts';
import { figuresOf, tableOf } from './report.ts';

function caseNamed(name: string): EvalCase {
  const [prompt, id] = name.split('/');
  const found = promptNames.filter((each) => each === prompt).flatMap(casesOf);
  return found.find((each) => each.id === id) ?? expect.fail(`There is no case ${name}.`);
}

const recorded = (given: EvalCase) => recordingOf(given) ?? expect.fail(`${given.id} is not recorded.`);

test.each(promptNames)('the recorded answers of %s pass', async (prompt) => {
  const source = await openSource({ kind: 'replay' });
  const outcomes = await evaluatePrompt(source, prompt, casesOf(prompt), 1);
  for (const { id, outcomes: tries } of outcomes.cases)
    expect({ id, ...tries[0] }).toMatchObject({ id, passed: true, why: '' });
  expect(figuresOf(outcomes)).toMatchObject({ prompt, passAt1: 1, passAll: 1, abstentions: 0 });
});

test.each(promptNames)('what is always sent for %s holds nothing that the guard would stop', async (prompt) => {
  const [given = expect.fail('There is no case.')] = casesOf(prompt);
  const asked: ModelQuestion[] = [];
  const { ask } = rekeying(recorded(given));
  await evaluate(given, (question) => (asked.push(question), ask(question)));
  for (const { system, answer } of asked) {
    expect(detect(system)).toEqual([]);
    expect(detect(JSON.stringify(answer.schema))).toEqual([]);
  }
});

const answering =
  (value: Json): Ask =>
  async () => ({
    kind: 'answer',
    call: `call-${'a'.repeat(26)}`,
    model: 'test',
    value,
    tokens: 10,
    microUsd: 3,
    placeholders: [],
  });
const approval: Json = { findings: [], rationale: 'All is well.', verdict: 'approve' };
const elsewhere: Json = {
  findings: [
    {
      step: 'primary',
      category: 'access',
      severity: 'high',
      claim: 'Something.',
      evidence: ['/steps/5'],
      suggestion: '',
      check: { is: 'none', at: '', text: '' },
    },
  ],
  rationale: 'Something is wrong.',
  verdict: 'reject',
};
const givesIn: Json = { findings: [], rationale: 'All others approve.', verdict: 'approve', because: ['f-11112222'] };
const argues: Json = {
  answers: [{ finding: 'f-11112222', kind: 'refute', claim: 'It is well.', evidence: ['/steps/0'] }],
};
const refusal: Json = { answer: { kind: 'refuse', reason: 'I would rather not.' } };

test.each<[string, string, Json, RegExp]>([
  ['approves a planted fault', 'reviewer-security/open-access', approval, /says approve/],
  [
    'finds it at another step',
    'reviewer-security/open-access',
    elsewhere,
    /Nothing of weight is found at access-rules/,
  ],
  ['rejects what is good', 'reviewer-security/good-cluster', elsewhere, /says reject/],
  ['gives in to words', 'second-vote/words-alone-change-nothing', givesIn, /says approve/],
  ['argues what holds away', 'rebutter/what-holds-is-mended', argues, /says refute/],
  ['refuses what can be planned', 'planner/playbook-that-fits', refusal, /should plan/],
])('a model that %s does not pass', async (_, name, value, why) => {
  const outcome = await evaluate(caseNamed(name), answering(value));
  expect(outcome).toMatchObject({ passed: false, abstained: false, why: expect.stringMatching(why) });
  expect(outcome.calls).toMatchObject([{ tokens: 10, microUsd: 3 }]);
});

test('no answer is counted as an abstention, not as a mistake', async () => {
  const silent: Ask = async () => ({ kind: 'refused', call: null, code: 'stopped', detail: 'Stopped.', tokens: 0 });
  for (const name of ['reviewer-goal/good-redis', 'healer/disk-full', 'rebutter/what-holds-is-mended'])
    expect(await evaluate(caseNamed(name), silent)).toMatchObject({ passed: false, abstained: true });
});

test('an answer is replayed to its own question only', async () => {
  const given = caseNamed('reviewer-goal/good-redis');
  const other = recorded(caseNamed('reviewer-goal/another-port'));
  await expect(evaluate(given, replayed(given, other))).rejects.toThrow('prompt, schema or case have changed');
});

test('reliability is every try, not one of them', () => {
  const outcome = (passed: boolean) => ({ passed, abstained: !passed, why: '', calls: [] });
  const cases = [
    { id: 'a', outcomes: [outcome(true), outcome(true)] },
    { id: 'b', outcomes: [outcome(true), outcome(false)] },
  ];
  const figures = figuresOf({ prompt: 'healer', cases });
  expect(figures).toMatchObject({ cases: 2, times: 2, passAt1: 0.75, passAll: 0.5, abstentions: 1 });
  expect(tableOf([figures], 2)).toMatch(/Pass\^2[\s\S]*75 % +50 %/);
});

test('the policy that is shown as an example can be used, and every price in it is known', () => {
  const { egress } = readPolicyFile(join(EVALS, 'policy.example.yaml'));
  expect(egress.models.map(({ alias }) => alias)).toEqual(['claude', 'gpt', 'local']);
  for (const model of egress.models) expect(priceOf(model, new Date('2026-01-05')).length).toBeGreaterThan(0);
});

test('a live model is asked through the gateway, on its wire, within its caps', async () => {
  const given = caseNamed('healer/words-no-signature-knows');
  const server = await startModelServer({
    brain: () => ({ kind: 'json', value: recorded(given).answers[0]?.value ?? null }),
  });
  onTestFinished(() => server.close());
  const folder = mkdtempSync(join(tmpdir(), 'duovir-eval-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const policyFile = join(folder, 'policy.yaml');
  writeFileSync(policyFile, JSON.stringify(policyFor(server.url)));
  const { ask, close } = await openLiveModel('local', policyFile);
  onTestFinished(close);
  const outcome = await evaluate(given, ask);
  expect(outcome).toMatchObject({ passed: true, why: '' });
  expect(outcome.calls[0]?.tokens).toBeGreaterThan(100);
  expect(outcome.calls[0]?.microUsd).toBeGreaterThan(0);
  expect(server.requests()).toHaveLength(1);
});

function policyFor(url: string): object {
  const cap = { tokens: 1_000_000, microUsd: 10_000_000 };
  return {
    egress: {
      models: [
        {
          alias: 'local',
          provider: 'openai-compatible',
          model: 'scripted-1',
          family: 'scripted',
          endpoint: `${url}/v1`,
          key: { kind: 'none' },
          dataClasses: ['public'],
          price: { kind: 'fixed', input: 1_000_000, output: 5_000_000, cacheRead: 100_000, cacheWrite: 1_000_000 },
          maxOutputTokens: 4000,
          timeoutSeconds: 30,
        },
      ],
      allowed: ['public'],
      internalDomains: [],
    },
    budget: { day: cap, team: cap, agent: cap, run: cap, motion: cap, landingPercent: 0 },
  };
}
