import type { TrustPolicy } from '@duovir/protocol';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

const levels = ['day', 'team', 'agent', 'run', 'motion'] as const;
const amounts = ['tokens', 'microUsd'] as const;

/** Whether the agents that think with models can ever ask one, and the models are there for somebody. */
export function checkBudget({ budget, egress, principals }: TrustPolicy): TrustFinding[] {
  const used = new Set(principals.flatMap(({ brain }) => (brain?.kind === 'model' ? [brain.model] : [])));
  const unused = egress.models.flatMap(({ alias }, index) =>
    used.has(alias)
      ? []
      : [trustFinding('egress.model-unused', ['egress', 'models', index], `Nobody thinks with ${alias}.`)],
  );
  if (used.size === 0) return unused;
  const empty = levels.flatMap((level) =>
    amounts
      .filter((amount) => budget[level][amount] === 0)
      .map((amount) =>
        trustFinding(
          'budget.nothing',
          ['budget', level, amount],
          `Agents think with models, but ${amount} per ${level} are nought.`,
        ),
      ),
  );
  return [...unused, ...empty];
}
