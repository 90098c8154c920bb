import { test } from 'vitest';
import { installationToKill, killDuringRun, type Point } from './killed-run.ts';

// What kill.test.ts leaves out.
const points: readonly Point[] = [
  { process: 'server', event: 'plan-propose', nth: 1 },
  { process: 'server', event: 'opinion-commit', nth: 1 },
  { process: 'server', event: 'step-start', nth: 5 },
  { process: 'runner', event: 'permit-mint', nth: 3 },
  { process: 'runner', event: 'diagnosis-make', nth: 1 },
  { process: 'postgres', event: 'step-start', nth: 4 },
  { process: 'postgres', event: 'diagnosis-confirm', nth: 1 },
];

const installation = installationToKill();

test.each(points)(
  'Invariant 11: $process dies at $event $nth, and the run goes on and ends right',
  (point) => killDuringRun(installation, point),
  180_000,
);
