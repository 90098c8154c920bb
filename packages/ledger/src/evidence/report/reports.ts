import type { EvidenceScope } from '@duovir/protocol';
import { access } from './access.ts';
import { aiEvents } from './ai-events.ts';
import { approvals } from './approvals.ts';
import { budgets } from './budgets.ts';
import { changes } from './changes.ts';
import { drift } from './drift.ts';
import { egress } from './egress.ts';
import { emergencies } from './emergencies.ts';
import { events } from './events-10-2.ts';
import { failures } from './failures.ts';
import { healing } from './healing.ts';
import { integrity } from './integrity.ts';
import { keys } from './keys.ts';
import { policyDenials } from './policy-denials.ts';
import { redactions } from './redactions.ts';
import type { Report } from './report.ts';
import { retention } from './retention.ts';
import { reviews } from './reviews.ts';
import { separation } from './separation.ts';
import { tests } from './tests.ts';
import { time } from './time.ts';

const forPci: readonly Report[] = [
  changes,
  approvals,
  separation,
  tests,
  policyDenials,
  access,
  keys,
  reviews,
  events,
  failures,
  healing,
  emergencies,
  drift,
  egress,
  redactions,
  integrity,
  time,
  retention,
];

/** The tables of a pack, in the order in which a person would read them. */
export function reportsFor(scope: EvidenceScope): readonly Report[] {
  return scope === 'pci' ? forPci : [...forPci, budgets, aiEvents];
}

/** Where a table is in the pack. */
export function pathOf({ name }: Pick<Report, 'name'>): string {
  return name === 'redactions' ? 'redactions.csv' : `reports/${name}.csv`;
}
