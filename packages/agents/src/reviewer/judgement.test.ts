import { describe, expect, test } from 'vitest';
import { evaluateQuery } from '@duovir/policy';
import type { FindingDetail, Plan } from '@duovir/protocol';
import type { Mandate } from './catalogue.ts';
import { judge } from './judgement.ts';
import { changed, healOf, planFrom, subjectOf } from './motion.fixture.ts';

const postgres = planFrom('postgres', 'cluster');
const redis = planFrom('redis', 'cluster');
const nginx = planFrom('nginx', 'load-balancer');
const service = planFrom('service', 'supervised', {
  argv: ['python3', '-m', 'http.server', '{port}', '--bind', '127.0.0.1'],
});

test.each([
  ['postgres', postgres],
  ['redis', redis],
  ['nginx', nginx],
  ['service', service],
])('both mandates approve the %s playbook, having looked', (_, plan) => {
  for (const mandate of ['security', 'reliability'] as const) {
    const { verdict, detail } = judge(mandate, subjectOf(plan));
    expect({ verdict, detail }).toMatchObject({
      verdict: 'approve',
      detail: { rationale: expect.stringMatching(/^Looked at [1-9]/) },
    });
  }
});

test('a program nobody has described is a finding, not a reason to stop', () => {
  expect(judge('security', subjectOf(service)).detail.findings.map(({ rule }) => rule)).toEqual([
    'security.known-program',
  ]);
});

test('a reviewer that finds nothing it knows abstains', () => {
  const empty: Plan = { ...service, steps: [], goal: { ...service.goal, successCriteria: [] } };
  expect(judge('reliability', subjectOf(empty)).verdict).toBe('abstain');
});

/** A plan with one thing spoiled: text of its JSON replaced, or a step changed. */
const replace =
  (from: string | RegExp, to: string) =>
  (plan: Plan): Plan => {
    const spoiled = changed(plan, (text) => text.replace(from, to));
    if (JSON.stringify(spoiled) === JSON.stringify(plan)) throw new Error(`There is no ${String(from)} to replace.`);
    return spoiled;
  };
type StepChange = (step: Plan['steps'][number]) => Plan['steps'][number];
const inStep =
  (id: string, change: StepChange) =>
  (plan: Plan): Plan => ({ ...plan, steps: plan.steps.map((step) => (step.id === id ? change(step) : step)) });

type Case = [string, Mandate, Plan, (plan: Plan) => Plan];
const severe: Case[] = [
  [
    'security.listen-loopback',
    'security',
    postgres,
    replace("listen_addresses = '127.0.0.11'", "listen_addresses = '*'"),
  ],
  ['security.listen-loopback', 'security', redis, replace('bind 127.0.0.21\\n', '')],
  ['security.listen-loopback', 'security', nginx, replace('listen 127.0.0.31:8080', 'listen 8080')],
  [
    'security.authentication-scope',
    'security',
    postgres,
    replace('postgres    127.0.0.0/8   trust', 'postgres    0.0.0.0/0   trust'),
  ],
  [
    'security.authentication-scope',
    'security',
    postgres,
    replace('postgres    127.0.0.0/8   trust', 'all         samenet     password'),
  ],
  [
    'security.secret-literal',
    'security',
    postgres,
    replace('hot_standby = on', "primary_conninfo = 'password=hunter22'"),
  ],
  ['security.known-program', 'security', redis, replace('"redis-server"', '"/workspace/redis-server"')],
  ['security.known-program', 'security', redis, replace('"redis-server"', '"strace","redis-server"')],
  ['security.no-shell', 'security', redis, replace('["redis-server"', '["sh","-c","redis-server"')],
  ['security.no-shell', 'security', postgres, replace('create role replicator login replication', '\\\\\\\\! id')],
  [
    'security.configuration-inert',
    'security',
    postgres,
    replace('hot_standby = on', "archive_command = 'cp %p /workspace'"),
  ],
  ['security.configuration-inert', 'security', redis, replace('appendonly no', 'loadmodule /workspace/x.so')],
  ['security.configuration-paths', 'security', nginx, replace('location / {', 'root /etc;\\nlocation / {')],
  [
    'security.peers-local',
    'security',
    nginx,
    replace('proxy_pass http://backends', 'proxy_pass http://collector.example'),
  ],
  [
    'reliability.undone-by-compensation',
    'reliability',
    postgres,
    replace('"with":{"path":"/workspace/primary"}', '"with":{"path":"/workspace/other"}'),
  ],
  [
    'reliability.undone-by-compensation',
    'reliability',
    postgres,
    replace('drop table if exists duovir_canary', 'select 1'),
  ],
  [
    'reliability.undo-order',
    'reliability',
    postgres,
    inStep('replication-role', (step) => ({ ...step, needs: ['sandbox'] })),
  ],
  [
    'reliability.probe-can-fail',
    'reliability',
    redis,
    (plan) => ({
      ...plan,
      goal: {
        ...plan.goal,
        successCriteria: [
          {
            id: 'gone',
            action: 'file.probe@1',
            with: { path: '/workspace/x' },
            expect: { exists: false },
            intervalMs: 250,
            deadlineMs: 0,
          },
        ],
      },
    }),
  ],
  [
    'reliability.sockets-distinct',
    'reliability',
    nginx,
    replace('"ready":{"port":9080,"address":"127.0.0.32"', '"ready":{"port":9080,"address":"127.0.0.33"'),
  ],
  ['reliability.port-matches', 'reliability', redis, replace('port 6379\\n', 'port 6380\\n')],
  [
    'reliability.needs-complete',
    'reliability',
    postgres,
    inStep('canary', (step) => ({ ...step, needs: ['sandbox'] })),
  ],
  ['reliability.needs-complete', 'reliability', redis, inStep('node-1', (step) => ({ ...step, needs: ['sandbox'] }))],
];
const mild: Case[] = [
  ['security.authentication-scope', 'security', redis, replace('protected-mode yes', 'protected-mode no')],
  ['security.file-mode', 'security', redis, replace('"mode":"0600"', '"mode":"0644"')],
  ['security.environment-known', 'security', postgres, replace('"PGCONNECT_TIMEOUT"', '"PGOPTIONS"')],
  ['security.limits-set', 'security', redis, replace('"processes":', '"processes":2')],
  [
    'reliability.verify-proves',
    'reliability',
    redis,
    inStep('node-1', (step) => ({ ...step, verify: step.verify.slice(1) })),
  ],
  [
    'reliability.goal-covers',
    'reliability',
    postgres,
    (plan) => ({
      ...plan,
      goal: {
        ...plan.goal,
        successCriteria: plan.goal.successCriteria.filter((probe) => !JSON.stringify(probe).includes('replica-2')),
      },
    }),
  ],
  ['reliability.timeouts-bounded', 'reliability', nginx, inStep('front', (step) => ({ ...step, timeoutMs: 1000 }))],
];

/** Findings whose own test does not confirm them, or that show nothing. */
function untrueOf(plan: Plan, findings: readonly FindingDetail[]): FindingDetail[] {
  return findings.filter(
    ({ check, evidence }) =>
      evidence.length === 0 || (check?.means === 'query' && evaluateQuery(plan, check.query) !== 'confirmed'),
  );
}

describe('each rule finds what it looks for, and says where', () => {
  test.each(severe)('%s rejects', (rule, mandate, plan, spoil) => {
    const { verdict, detail } = judge(mandate, subjectOf(spoil(plan)));
    const finding = detail.findings.find((candidate) => candidate.rule === rule);
    expect(finding?.evidence[0]).toMatch(/^\//);
    expect(verdict).toBe('reject');
    expect(untrueOf(spoil(plan), detail.findings)).toEqual([]);
  });

  test.each(mild)('%s speaks up', (rule, mandate, plan, spoil) => {
    const { verdict, detail } = judge(mandate, subjectOf(spoil(plan)));
    expect(detail.findings.map((finding) => finding.rule)).toContain(rule);
    expect(verdict).toBe('approve');
    expect(untrueOf(spoil(plan), detail.findings)).toEqual([]);
  });
});

test('a quarter megabyte of hostile configuration is judged in well under a second', () => {
  for (const unit of [
    '\n',
    ' \n',
    'listen ',
    'proxy_pass http://',
    'primary_conninfo ',
    'host=',
    'create table ',
    'upstream a ',
    'delete from a ',
    'fsync = ',
    'drop table ',
  ]) {
    const content = unit.repeat(Math.floor(262_000 / unit.length));
    const plan = inStep('config-1', (step) =>
      step.call.action === 'file.write@1'
        ? { ...step, call: { ...step.call, with: { ...step.call.with, content } } }
        : step,
    )(redis);
    const start = performance.now();
    for (const mandate of ['security', 'reliability', 'adversary'] as const) judge(mandate, subjectOf(plan));
    // Twenty times what a linear search takes here: this guards against backtracking.
    expect(performance.now() - start).toBeLessThan(5000);
  }
});

describe('heals', () => {
  const before = planFrom('postgres', 'cluster', {}, { occupiedPorts: [5432] });
  const after = planFrom('postgres', 'cluster', { port: 5433 }, { occupiedPorts: [5432], revision: 2 });
  const heal = healOf(before, 'primary', 5432);
  const rejects = (mandate: Mandate, plan: Plan, evidence: typeof heal, previous?: Plan) => {
    const { verdict, detail } = judge(mandate, subjectOf(plan, { evidence, ...(previous ? { previous } : {}) }));
    expect({ verdict, detail }).toMatchObject({ verdict: 'reject' });
    return detail.findings.map(({ rule }) => rule);
  };

  test.each(['security', 'reliability'] as const)('%s carries a confirmed move to a free port', (mandate) => {
    for (const parts of [{ evidence: heal, previous: before }, { evidence: heal }]) {
      const { verdict, detail } = judge(mandate, subjectOf(after, parts));
      expect({ verdict, detail }).toMatchObject({ verdict: 'approve' });
    }
  });

  test('a cause that was not confirmed is not cured', () => {
    for (const outcome of ['failed', 'unknown'])
      expect(rejects('reliability', after, healOf(before, 'primary', 5432, outcome))).toContain(
        'reliability.heal-confirmed',
      );
    expect(rejects('reliability', after, { ...heal, observation: 'the port is taken, believe me' })).toContain(
      'reliability.heal-confirmed',
    );
  });

  test('a port that is held as well is refused', () => {
    expect(rejects('reliability', after, healOf(before, 'primary', 5433))).toContain('reliability.heal-port-free');
  });

  test('a client left behind on the old port is found', () => {
    const half = changed(after, (text) => text.replace('host=pg-primary port=5433', 'host=pg-primary port=5432'));
    expect(rejects('reliability', half, heal, before)).toContain('reliability.heal-followed');
  });

  test('a change that hides in a heal is found', () => {
    const greedy = changed(after, (text) => text.replace('max_connections = 50', 'max_connections = 500'));
    expect(rejects('security', greedy, heal, before)).toContain('security.heal-envelope');
  });

  test('a signature without an envelope, or a port outside it, is refused', () => {
    expect(rejects('security', after, { ...heal, signature: 'net.other' })).toContain('security.heal-envelope');
    const outside = planFrom('postgres', 'cluster', { port: 15_433 }, { occupiedPorts: [5432], revision: 2 });
    expect(rejects('security', outside, heal, before)).toContain('security.heal-envelope');
  });
});
