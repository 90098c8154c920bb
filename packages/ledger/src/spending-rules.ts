import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

interface Amount {
  readonly tokens: number;
  readonly microUsd: number;
}

const words = ({ tokens, microUsd }: Amount): string => `${tokens} tokens and ${microUsd} millionths of a dollar`;

/** Every run kept to its cap, and its settlement says what it really cost (Invariant 8). */
export function spendingFindings(chain: Chain): Finding[] {
  const runs = new Set(chain.all('egress-end').map(({ statement }) => statement.run));
  return [
    ...[...runs].flatMap((run) => capFindings(chain, run)),
    ...chain.all('settlement').flatMap((settlement) => settlementFindings(chain, settlement)),
  ];
}

function spentBy(ends: readonly Fact<'egress-end'>[]): Amount {
  const spent = ends.map(({ statement }) => statement.predicate.spent);
  return {
    tokens: spent.reduce((sum, { tokens }) => sum + tokens, 0),
    microUsd: spent.reduce((sum, { microUsd }) => sum + microUsd, 0),
  };
}

/** The entry named is the one that went over the cap of the trust policy in force there. */
function capFindings(chain: Chain, run: string): Finding[] {
  const ends = chain.inRun('egress-end', run);
  const over = ends.find(({ policy }, index) => {
    const spent = spentBy(ends.slice(0, index + 1));
    return spent.tokens > policy.budget.run.tokens || spent.microUsd > policy.budget.run.microUsd;
  });
  if (!over) return [];
  return [
    findingAt(over, 'budget-run', `The run may cost ${words(over.policy.budget.run)} at most, and has cost more.`),
  ];
}

function settlementFindings(chain: Chain, settlement: Fact<'settlement'>): Finding[] {
  const { run, predicate } = settlement.statement;
  const findings: Finding[] = [];
  const ends = chain.inRun('egress-end', run);
  const spent = spentBy(ends);
  if (spent.tokens !== predicate.tokens || spent.microUsd !== predicate.microUsd)
    findings.push(
      findingAt(settlement, 'settlement-spent', `The run has cost ${words(spent)}; its settlement says otherwise.`),
    );
  const ended = new Set(
    ends
      .filter(({ index }) => index < settlement.index)
      .map(({ statement }) => `${statement.predicate.call} ${statement.predicate.try}`),
  );
  const open = chain
    .inRun('egress', run)
    .filter(({ statement }) => !ended.has(`${statement.predicate.call} ${statement.predicate.try}`));
  if (open.length > 0)
    findings.push(
      findingAt(settlement, 'settlement-open', 'The run was settled while a call to a model had not ended.'),
    );
  return findings;
}
