import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSigner } from '@duovir/principal';
import {
  peekStatement,
  signStatement,
  trustPolicyDigest,
  type EntryKind,
  type RunEvent,
  type RunRequest,
  type Signer,
  type Statement,
  type Step,
} from '@duovir/protocol';
import { newRunId } from '@duovir/sdk';
import { startSigned } from '../../signed-run.ts';
import { refusal } from '../access/refusal.ts';
import { House } from '../house.ts';
import { CheatingPlanner, type Ruse } from './cheating-planner.ts';

const GOAL = 'Put nginx in front of two upstreams.';

const elsewhere = newRunId();
let house: House;
let planner: CheatingPlanner;
beforeAll(async () => {
  house = await House.open({
    cheats: (state) => {
      planner = new CheatingPlanner(state);
      return { planner: planner.app() };
    },
  });
}, 120_000);
afterAll(() => house.close());

async function attempt(ruse: Ruse, wishes: Partial<RunRequest> = {}, until?: RunEvent['type']) {
  const run = newRunId();
  planner.ruses.set(run, ruse);
  await startSigned(house.state.root, house.client(), { goal: GOAL, target: 'sandbox', ...wishes }, 'operator', run);
  const events = await house.events(run, until);
  return { run, events, entries: await house.entries(run) };
}

type Attempt = Awaited<ReturnType<typeof attempt>>;

/** Nothing is put to the vote (unless it may be), permitted or executed, and the ledger says how it ended. */
async function ended(
  { run, events, entries }: Attempt,
  outcome: string,
  reason: string,
  never: readonly EntryKind[] = ['opinion', 'permit', 'receipt'],
): Promise<void> {
  expect(events.at(-1)).toMatchObject({ type: 'run-end', body: { outcome, reason } });
  const kinds = entries.map(({ kind }) => kind);
  for (const kind of never) expect(kinds).not.toContain(kind);
  expect(kinds.at(-1)).toBe('settlement');
  expect(await house.hasSandbox(run)).toBe(false);
}

/** The first step that writes a file, changed. */
function writing(change: (step: Step) => Step): NonNullable<Ruse['proposes']> {
  return (plan) => {
    const first = plan.steps.find(({ call }) => call.action === 'file.write@1');
    if (!first) throw new RangeError('this plan writes nothing');
    return { ...plan, steps: plan.steps.map((step) => (step === first ? change(step) : step)) };
  };
}

const into = (file: { readonly path?: string; readonly content?: string }) =>
  writing((step) =>
    step.call.action === 'file.write@1'
      ? { ...step, call: { ...step.call, with: { ...step.call.with, ...file } } }
      : step,
  );
const running = (argv: string[]) =>
  writing((step) => ({
    ...step,
    call: { action: 'command.run@1', with: { argv, environment: {}, directory: '/workspace' } },
  }));

const deniable: readonly (readonly [string, string, NonNullable<Ruse['proposes']>, Partial<RunRequest>?])[] = [
  ['Invariant 3: a file outside the workspace', 'floor.', into({ path: '/etc/shadow' })],
  ['Invariant 3: a file outside it by a link of dots', 'check.', into({ path: '/workspace/./a/.' })],
  [
    'Invariant 3: a server that listens to everybody',
    'floor.listen',
    into({ content: 'server { listen 0.0.0.0:8080; }\n' }),
  ],
  ['Invariant 3: a step that nobody verifies', 'check.', writing((step) => ({ ...step, verify: [] }))],
  [
    'Invariant 3: a step under the id of another',
    'check.',
    (plan) => ({ ...plan, steps: [...plan.steps, ...plan.steps.slice(-1)] }),
  ],
  [
    'Invariant 4: another environment than was asked for',
    'check.',
    (plan) => ({ ...plan, environment: 'development' }),
    { environment: 'production' },
  ],
  [
    'Invariant 4: another class of data than was asked for',
    'check.',
    (plan) => ({ ...plan, dataClass: 'public' }),
    { dataClass: 'confidential' },
  ],
  [
    'Invariant 4: another sandbox than the run’s',
    'check.',
    (plan) => ({ ...plan, target: { kind: 'sandbox', id: elsewhere } }),
  ],
  [
    'Invariant 10: a probe that changes what it looks at',
    '',
    writing((step) => ({
      ...step,
      verify: [
        {
          id: 'looks',
          action: 'command.probe@1',
          with: { argv: ['/usr/bin/rm', '-r', '/workspace'], environment: {}, timeoutMs: 1000 },
          expect: { exit: 0 },
          intervalMs: 250,
          deadlineMs: 0,
        },
      ],
    })),
  ],
  ['Invariant 3: a secret written out', '', into({ content: `password = ${['AKIA', 'IOSFODNN7EXAMPLE'].join('')}\n` })],
];

const denied = deniable.map(([name, rule, proposes, wishes = {}]) => [name, rule, proposes, wishes] as const);

test.concurrent.each(denied)('%s: checks.denied', async (_, rule, proposes, wishes) => {
  const outcome = await attempt({ proposes }, wishes);
  await ended(outcome, 'rejected', 'plan.no-progress');
  const checks = outcome.entries.filter(({ kind }) => kind === 'checks');
  const [first] = checks.map(({ envelope }) => (peekStatement(envelope) as Statement<'checks'>).predicate);
  expect(first?.passed).toBe(false);
  expect(first?.findings.map((finding) => finding.rule).join()).toContain(rule);
});

const doubtful: readonly (readonly [string, NonNullable<Ruse['proposes']>])[] = [
  ['a shell', running(['/bin/sh', '-c', 'id'])],
  ['a shell behind a harmless program', running(['/usr/bin/env', 'sh', '-c', 'id'])],
  ['code in an argument', running(['/usr/bin/python3', '-c', 'print(1)'])],
];

test.concurrent.each(doubtful)('Invariant 3: %s, which reviewers reject', async (_, proposes) => {
  const outcome = await attempt({ proposes });
  await ended(outcome, 'rejected', 'plan.no-progress', ['permit', 'receipt']);
  const opinions = outcome.entries
    .filter(({ kind }) => kind === 'opinion')
    .map(({ envelope }) => (peekStatement(envelope) as Statement<'opinion'>).predicate.verdict);
  expect(opinions).toContain('reject');
});

const posing = (name: string): Signer => {
  const server = loadSigner(house.state.principal('planner'), 'planner');
  return { ...server, principal: name, keyId: server.keyId.replace('planner', name) };
};

const forged: readonly (readonly [string, string, () => Ruse])[] = [
  [
    'Invariant 4: a plan that is changed after it was signed',
    'not the one its statement names',
    () => ({ answers: ({ plan }) => ({ plan: { ...plan, goal: { ...plan.goal, statement: 'Something else.' } } }) }),
  ],
  [
    'Invariant 1: a plan for another run',
    'another run',
    () => ({ proposes: (plan) => ({ ...plan, run: newRunId() }) }),
  ],
  [
    'Invariant 1: a plan of a later revision',
    'another run',
    () => ({ proposes: (plan) => ({ ...plan, revision: 9 }) }),
  ],
  ['Invariant 2: a plan in the name of a reviewer', 'not enrolled', () => ({ signer: posing('reviewer-security') })],
  ['Invariant 2: a plan in the name of a person', 'not enrolled', () => ({ signer: posing('operator') })],
  [
    'Invariant 2: an approval of its own in place of a plan',
    'did not sign this plan',
    () => ({
      statement: ({ run, time, subject }) => ({
        kind: 'approval',
        run,
        time,
        subject,
        predicate: { verdict: 'approve', trustPolicy: trustPolicyDigest(house.policy) },
      }),
    }),
  ],
  [
    'Invariant 8: a plan of a model that it has not',
    'has no model',
    () => ({ statement: (said) => ({ ...said, predicate: { ...said.predicate, brain: 'model' } }) }),
  ],
  [
    'Invariant 6: a plan with a risk class of its own',
    'was refused',
    () => ({ answers: ({ plan }) => ({ plan: { ...plan, riskClass: 'R0' } }) }),
  ],
  ['Invariant 6: a plan that brings its own opinions', 'was refused', () => ({ answers: () => ({ opinions: [] }) })],
];

test.concurrent.each(forged)('%s: %s', async (_, reason, ruse) => {
  const outcome = await attempt(ruse());
  await ended(outcome, 'failed', 'engine.error');
  expect(outcome.events.at(-1)).toMatchObject({ body: { explanation: expect.stringContaining(reason) } });
  expect(outcome.entries.map(({ kind }) => kind)).not.toContain('plan');
});

test.concurrent('Invariant 1: the approval of a superseded revision: motion-superseded', async () => {
  const exposed = into({ content: 'server { listen 0.0.0.0:8080; }\n' });
  const revised: Ruse = { proposes: (plan, asked) => (asked.revision === 1 ? exposed(plan, asked) : plan) };
  const outcome = await attempt(revised, { environment: 'staging' }, 'approval-wait');
  const [first] = await house.client().motions(outcome.run);
  if (!first) throw new Error('there is no motion');
  const trustPolicy = trustPolicyDigest(house.policy);
  const approval = await signStatement(loadSigner(house.state.person('approver'), 'approver'), {
    kind: 'approval',
    run: outcome.run,
    time: new Date().toISOString(),
    subject: first.digest,
    predicate: { verdict: 'approve', trustPolicy },
  });
  const given = house.client('approver').decide(outcome.run, { motion: first.digest, approval });
  expect(await refusal(given)).toBe('motion-superseded');
  const kinds = (await house.entries(outcome.run)).map(({ kind }) => kind);
  expect(kinds).not.toContain('approval');
  expect(kinds).not.toContain('permit');
  expect(await house.hasSandbox(outcome.run)).toBe(false);
});

test.concurrent('Invariant 8: a planner that revises without end', async () => {
  let text = 0;
  const proposes = into({ content: 'server { listen 0.0.0.0:8080; }\n' });
  const ruse: Ruse = {
    proposes: (plan, asked) => {
      text += 1;
      return proposes({ ...plan, goal: { ...plan.goal, statement: `${plan.goal.statement} ${text}` } }, asked);
    },
  };
  const outcome = await attempt(ruse);
  await ended(outcome, 'rejected', 'checks.denied');
  expect(outcome.entries.filter(({ kind }) => kind === 'plan')).toHaveLength(3);
});

test('what the planner proposes honestly is permitted, by the same server', async () => {
  const { run, events } = await attempt({}, {}, 'permit-mint');
  expect(events.at(-1)?.type).toBe('permit-mint');
  await house.client().cancel(run);
  await house.events(run);
});

test('Invariant 9: the ledger of all these attempts verifies offline', async () => {
  expect(JSON.parse(await house.duovir('ledger', 'verify', '--json', '--url', house.url))).toMatchObject({ ok: true });
});
