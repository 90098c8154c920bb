import { expect, test } from 'vitest';
import { openForTests } from '../sandbox/open.fixture.ts';
import { RunSweep } from './run-sweep.ts';

const LIVING = 'run-sweepsweepsweepsweep';
await openForTests(LIVING);

test('what is kept of a run goes once there is much of it and the run has no sandbox', () => {
  const settled = Array.from({ length: 64 }, (_, index) => `run-settled-${index}`);
  const sweep = new RunSweep();
  expect(sweep.gone(settled, 'run-current')).toEqual([]);
  expect(sweep.gone([...settled, LIVING, 'run-current'], 'run-current')).toEqual(settled);
});
