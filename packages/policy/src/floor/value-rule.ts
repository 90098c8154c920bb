import type { ExecutionSubject } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { runsCommands } from '../program/inline-code.ts';
import type { SubjectPlace } from './subject-text.ts';

/** People approved a file without commands in it: the value of a placeholder brings none along (Invariant 4). */
export function valueFindings(
  restored: ExecutionSubject,
  approved: ExecutionSubject,
  place: SubjectPlace,
): FindingDraft[] {
  if (restored.call.action !== 'file.write@1' || approved.call.action !== 'file.write@1') return [];
  if (!runsCommands(restored.call.with.content) || runsCommands(approved.call.with.content)) return [];
  return [
    {
      rule: 'floor.value-commands',
      severity: 'critical',
      step: place.step,
      claim: 'With the value in it, the configuration makes a server run something that nobody has approved.',
      evidence: [pointer(...place.call, 'with', 'content')],
      suggestion: 'Write the commands of a configuration into the plan, where reviewers see them.',
    },
  ];
}
