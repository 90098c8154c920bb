import { atPointer } from '@duovir/policy';
import { portSchema, probeSchema, type FindingCheck, type Plan } from '@duovir/protocol';
import { contains, equals } from './finding-check.ts';
import type { ClaimedCheck } from './model-answer.ts';

/** The test of a model's finding, as far as there is one that only looks. What cannot be run is left out: the claim stays. */
export function claimedCheck(
  { is, at, text }: ClaimedCheck,
  plan: Plan,
  hasSandbox: boolean,
): FindingCheck | undefined {
  switch (is) {
    case 'none':
      return undefined;
    case 'absent':
      return at.startsWith('/') ? { means: 'query', query: { at, is: 'absent' } } : undefined;
    case 'containing':
      return atPointer(plan, at) === undefined ? undefined : contains(at, text);
    case 'equal': {
      const value = atPointer(plan, at);
      // A model writes numbers and booleans in text, too.
      return value === undefined ? undefined : equals(at, JSON.stringify(value) === text ? value : text);
    }
    case 'listening': {
      const port = portSchema.safeParse(Number(at));
      return hasSandbox && port.success
        ? probe({ action: 'listener.probe@1', with: { port: port.data }, expect: { listening: true } })
        : undefined;
    }
    case 'existing':
      return hasSandbox ? probe({ action: 'file.probe@1', with: { path: at }, expect: { exists: true } }) : undefined;
  }
}

/** Programs are never started for a finding: nobody has voted on them. */
function probe(look: object): FindingCheck | undefined {
  const parsed = probeSchema.safeParse({ id: 'finding', ...look });
  return parsed.success ? { means: 'probe', probe: parsed.data } : undefined;
}
