import { canonicalJson, type Plan, type PlanChange } from '@duovir/protocol';
import { pointer } from '../finding/pointer.ts';
import { differences } from '../heal/difference.ts';

const MAX_CHANGES = 256;
const MAX_TEXT = 512;

/** Where two plans differ, place by place; a side that is missing does not exist there. */
export function planChanges(previous: Plan, next: Plan): PlanChange[] {
  return differences(previous, next)
    .slice(0, MAX_CHANGES)
    .map((difference) => ({
      at: pointer(...difference.path).slice(0, 256),
      ...(difference.previous === undefined ? {} : { before: textOf(difference.previous) }),
      ...(difference.next === undefined ? {} : { after: textOf(difference.next) }),
    }));
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : canonicalJson(value)).slice(0, MAX_TEXT);
}
