import type { ModelCall } from '../../tools/model-server/brain.ts';
import { partNamed, stepsOf, valuesOf, type ShownStep } from './prompt-parts.ts';

interface Finding {
  readonly step: string;
  readonly category: string;
  readonly severity: string;
  readonly claim: string;
  readonly evidence: readonly string[];
  readonly suggestion: string;
  /** How anybody can test it. */
  readonly check: { readonly is: string; readonly at: string; readonly text: string };
}

/** Each mandate looks for its own; a reviewer knows nothing of what another one finds. */
const eyes: readonly (readonly [RegExp, (steps: readonly ShownStep[], plan: string) => Finding[]])[] = [
  [/lets anybody do or read more/, openAccess],
  [/fails halfway/, unboundedLog],
  [/less than was asked/, missingProof],
  [/more machine, time or money/, unboundedLog],
];

/** A reviewer's answer: what its mandate finds in the steps it is shown. */
export function opinionOf(call: ModelCall): object {
  const plan = partNamed(call, 'plan');
  const steps = stepsOf(plan);
  const look = eyes.find(([mandate]) => mandate.test(call.prompt))?.[1];
  if (!look || steps.length === 0)
    return { findings: [], rationale: 'What is shown does not let me judge.', verdict: 'abstain' };
  const findings = [...look(steps, plan), ...misread(call, steps, plan)];
  const [gravest] = findings;
  return gravest
    ? { findings, rationale: `${gravest.claim} The rest is as it should be.`, verdict: 'reject' }
    : { findings, rationale: `Read ${steps.length} steps; nothing in them is against my mandate.`, verdict: 'approve' };
}

/** It gives up what a test has disproved, by naming the test. Nobody's words are a reason. */
export function secondOpinionOf(call: ModelCall): object {
  const results = valuesOf(partNamed(call, 'results'));
  const disproved = [...results].find(([at, outcome]) => at.endsWith('/outcome') && outcome === 'disproved')?.[0];
  const test = disproved === undefined ? undefined : results.get(disproved.replace(/outcome$/, 'id'));
  if (test === undefined) return { ...opinionOf(call), because: [] };
  const rationale = 'I had misread the access rules: they do not name that address, as the test shows.';
  return { findings: [], rationale, verdict: 'approve', because: [test] };
}

/** Models see what is not there: once, in the revised plan, one of them reads an address that the plan does not have. */
function misread({ prompt, messages }: ModelCall, steps: readonly ShownStep[], plan: string): Finding[] {
  const isRevised = plan.includes('max_slot_wal_keep_size') && partNamed({ messages }, 'heal') === '';
  if (!prompt.includes('lets anybody do or read more') || !isRevised) return [];
  return placesOf(steps, /^host\S*\s+/m)
    .slice(0, 1)
    .map(([{ id }, at]) => ({
      step: id,
      category: 'exposure',
      severity: 'high',
      claim: 'The access rules admit connections from every address there is.',
      evidence: [at],
      suggestion: 'Limit them to 127.0.0.0/8.',
      check: { is: 'containing', at, text: '0.0.0.0/0' },
    }));
}

function openAccess(steps: readonly ShownStep[]): Finding[] {
  return placesOf(steps, /^host\S*\s+\S+\s+all\s+\S+\s+trust$/m).map(([{ id }, at]) => ({
    step: id,
    category: 'access',
    severity: 'high',
    claim: 'The access rules believe every user from everywhere: whoever reaches the port is a superuser.',
    evidence: [at],
    suggestion: 'Name the two roles that need it and limit them to 127.0.0.0/8.',
    check: { is: 'containing', at, text: 'trust' },
  }));
}

function unboundedLog(steps: readonly ShownStep[], plan: string): Finding[] {
  if (plan.includes('max_slot_wal_keep_size')) return [];
  return placesOf(steps, /pg_create_physical_replication_slot/)
    .slice(0, 1)
    .map(([{ id }, at]) => ({
      step: id,
      category: 'unbounded',
      severity: 'medium',
      claim:
        'A slot keeps the log of the primary without bound: a replica that stays away fills the disk and stops writes.',
      evidence: [at],
      suggestion: 'Set max_slot_wal_keep_size on the primary.',
      check: { is: 'containing', at, text: 'pg_create_physical_replication_slot' },
    }));
}

/** Where a step executes or writes what the pattern describes. */
function placesOf(steps: readonly ShownStep[], pattern: RegExp): [ShownStep, string][] {
  return steps.flatMap((step) =>
    [...step.call].filter(([, value]) => pattern.test(value)).map(([at]): [ShownStep, string] => [step, at]),
  );
}

function missingProof(_steps: readonly ShownStep[], plan: string): Finding[] {
  if (/^\[\/goal\/successCriteria\/\d+\/with\/argv\/\d+\] .*pg_stat_replication/m.test(plan)) return [];
  return [
    {
      step: '',
      category: 'goal-missed',
      severity: 'high',
      claim: 'No criterion shows that both replicas stream.',
      evidence: ['/goal/successCriteria'],
      suggestion: 'Count the streaming standbys on the primary.',
      check: { is: 'none', at: '', text: '' },
    },
  ];
}
