import { causeOf, type Thinker } from '@duovir/agents';
import { planDigest } from '@duovir/protocol';
import type { HealingCase } from './case-file.ts';
import { abstained, grade, type Grade } from './grade.ts';
import { packs, RUN, subjectPlan } from './subject-plan.ts';

const signatures = packs.flatMap((pack) => pack.signatures);

/** Has the failure diagnosed, by the model alone. */
export async function evaluateHealing(
  thinker: Thinker,
  { plan: subject, failure, expect }: HealingCase,
): Promise<Grade> {
  const plan = subjectPlan(subject);
  const failed = { ...failure, run: RUN, attempt: 1, evidence: planDigest(plan), probes: [] };
  const { diagnosis, provenance } = await causeOf({ signatures, model: { thinker, consult: 'always' } }, failed, plan);
  if (provenance.brain !== 'model') return abstained(diagnosis.explanation);
  const evidence = new RegExp(expect.evidence);
  return grade([
    ...(diagnosis.class === expect.class ? [] : [`The class is ${diagnosis.class}.`]),
    ...(diagnosis.signature === expect.signature ? [] : [`The cause is ${diagnosis.signature ?? 'none known'}.`]),
    ...(expect.decision.includes(diagnosis.decision) ? [] : [`It decides ${diagnosis.decision}.`]),
    ...(expect.port === undefined || diagnosis.captures['port'] === expect.port
      ? []
      : [`The port is ${diagnosis.captures['port'] ?? 'not named'}.`]),
    ...(diagnosis.evidence.some((line) => evidence.test(line)) ? [] : ['No cited line shows it.']),
  ]);
}
