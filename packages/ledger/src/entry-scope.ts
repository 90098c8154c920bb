import type { EntryKind } from '@duovir/protocol';
import type { EntryTail } from './entry-tail.ts';
import { NO_RUN } from './run-state.ts';

/** Kinds of entries that concern the log, or everybody who is in it, and no run. */
export const ABOUT_THE_LOG: ReadonlySet<EntryKind> = new Set([
  'log-start',
  'log-stop',
  'trust-policy',
  'principal-enrol',
  'principal-rotate',
  'principal-revoke',
  'token-issue',
  'token-revoke',
  'model-stop',
  'model-resume',
  'stop',
  'stop-lift',
  'break-glass',
  'break-glass-end',
  'evidence-export',
  'blob-shred',
  'log-restore',
  'heartbeat',
  'audit-read',
  'access-refusal',
]);

/** Of those, the ones that no entry about a run rests on, and of which there are many. */
export const PASSING: ReadonlySet<EntryKind> = new Set(['heartbeat', 'audit-read', 'access-refusal']);

/** `run`: one run. `log`: whatever any run may rest on. `passing`: the log, and nothing rests on it. */
export type Scope = 'run' | 'log' | 'passing';

export function scopeOf({ kind, run }: EntryTail): Scope {
  // Misfiled under a run it counts among the entries of that run, which whoever judges the run has to know.
  if (PASSING.has(kind) && run === NO_RUN) return 'passing';
  return run === NO_RUN || ABOUT_THE_LOG.has(kind) ? 'log' : 'run';
}

/** Whether a kind that concerns the log says so, and one that concerns a run names it. */
export function isRightScope({ kind, run }: EntryTail): boolean {
  return (run === NO_RUN) === ABOUT_THE_LOG.has(kind);
}
