import { isPlainText, type Plan } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { textsIn, type TextPath } from '../placeholder/texts.ts';

/** Who approves a plan has read all of it: nothing in it is invisible or only looks like something else (Invariant 10). */
export function plainTextFindings(plan: Plan): FindingDraft[] {
  return [...textsIn(plan)].flatMap(({ text, path }): FindingDraft[] => {
    if (isOfThePerson(path) || isPlainText(text)) return [];
    return [
      {
        rule: 'check.plain-text',
        severity: 'high',
        step: path[0] === 'steps' ? (plan.steps[Number(path[1])]?.id ?? null) : null,
        claim: 'This text has control or invisible characters in it; people would not see what they approve.',
        evidence: [pointer(...path)],
        suggestion: 'Write it in visible characters.',
      },
    ];
  });
}

/** What a person wrote is no claim of an agent. Where it goes into a step, it is looked at there. */
function isOfThePerson([first, second]: TextPath): boolean {
  return (first === 'goal' && second === 'statement') || (first === 'source' && second === 'inputs');
}
