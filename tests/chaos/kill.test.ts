import { test } from 'vitest';
import { installationToKill, killDuringRun, type Point } from './killed-run.ts';

// Each process once; `npm run chaos` kills them everywhere.
const points: readonly Point[] = [
  { process: 'server', event: 'patch-propose', nth: 1 },
  { process: 'runner', event: 'step-start', nth: 6 },
  { process: 'postgres', event: 'verdict-reach', nth: 1 },
  { process: 'reviewer-security', event: 'opinion-commit', nth: 1 },
  { process: 'supervisor', event: 'step-end', nth: 5 },
];

const installation = installationToKill();

test.each(points)(
  'Invariant 11: $process dies at $event $nth, and the run goes on and ends right',
  (point) => killDuringRun(installation, point),
  180_000,
);
