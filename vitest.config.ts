import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/ledger/verifiers/**/*.test.ts',
      '{tools,tests,examples}/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'tools/lint/fixtures/**'],
    globalSetup: './tests/postgres.ts',
    // Most tests wait for processes of their own; one file at a time would leave two cores idle half the time.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
