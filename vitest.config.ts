import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/longest-first.ts';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/ledger/verifiers/**/*.test.ts',
      '{tools,tests,examples}/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'tools/lint/fixtures/**'],
    globalSetup: './tests/postgres.ts',
    // Most tests wait for processes of their own; with as many files at a time as cores, those would be idle a third of it.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On a busy machine, what comes soon comes later; what never comes still fails.
    expect: { poll: { timeout: 15_000 } },
  },
});
