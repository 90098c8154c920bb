import type { Digest } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import { openingsOf } from './opening.ts';

interface Heal {
  readonly motion: Fact<'motion'>;
  readonly verdict: Fact<'verdict'>;
}

/** No run, and no step of it, is healed more often than the policy allows by which the patch was carried. */
export function healFindings(chain: Chain): Finding[] {
  const findings: Finding[] = [];
  const ofStep = new Map<string, number>();
  for (const [at, { motion, verdict }] of firstCarried(chain).entries()) {
    const { perRun, perStep } = verdict.policy.heals;
    const step = chain.inRun('diagnosis', motion.statement.run).findLast(({ index }) => index < motion.index);
    const name = step?.statement.predicate.step;
    const heals = name === undefined ? 0 : (ofStep.get(name) ?? 0) + 1;
    if (name !== undefined) ofStep.set(name, heals);
    if (at + 1 > perRun)
      findings.push(findingAt(verdict, 'heal-caps', `The run was healed ${at + 1} times; ${perRun} are allowed.`));
    else if (heals > perStep)
      findings.push(findingAt(verdict, 'heal-caps', `Step ${name} was healed ${heals} times; ${perStep} are allowed.`));
  }
  return findings;
}

/** In order; a patch that was put to the vote again, because its target had drifted, is one. */
function firstCarried(chain: Chain): Heal[] {
  const carried = openingsOf(chain)
    .filter(({ motion }) => motion.statement.predicate.kind === 'heal')
    .flatMap(({ motion, verdicts }) =>
      verdicts
        .filter(({ statement }) => statement.predicate.verdict === 'carried')
        .map((verdict): Heal => ({ motion, verdict })),
    )
    .toSorted((left, right) => left.verdict.index - right.verdict.index);
  const known = new Set<Digest>();
  return carried.filter(({ motion: { statement } }) => {
    const isFirst = !known.has(statement.subject);
    known.add(statement.subject);
    return isFirst;
  });
}
