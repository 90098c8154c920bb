import type { Json, Plan } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { quote } from '../finding/quote.ts';
import { FIRST_UNPRIVILEGED_PORT } from '../floor/limit-rule.ts';
import { secretFindings } from '../floor/secret-rule.ts';

/** Inputs by name: a port is one that a step may use, and no input carries a secret. */
export function inputFindings(plan: Plan): FindingDraft[] {
  const entries = Object.entries(plan.source.inputs);
  return [
    ...entries.flatMap(([name, value]) => portFindings(name, value)),
    ...secretFindings(
      [
        { text: plan.goal.statement, pointer: '/goal/statement' },
        ...entries.map(([name, value]) => ({
          text: `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
          pointer: pointer('source', 'inputs', name),
        })),
      ],
      null,
    ),
  ];
}

function portFindings(name: string, value: Json): FindingDraft[] {
  if (!/(?:^p|P)orts?$/.test(name)) return [];
  const ports = Array.isArray(value) ? (value as readonly Json[]) : [value];
  const sound = ports.every(
    (port) => typeof port === 'number' && Number.isInteger(port) && port >= FIRST_UNPRIVILEGED_PORT && port <= 65_535,
  );
  if (sound) return [];
  return [
    {
      rule: 'check.input-port',
      severity: 'high',
      step: null,
      claim: `The input ${quote(name)} is not a port from ${FIRST_UNPRIVILEGED_PORT} to 65535.`,
      evidence: [pointer('source', 'inputs', name)],
      suggestion: 'Give an unprivileged port.',
    },
  ];
}
