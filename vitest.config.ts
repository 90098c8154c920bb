import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', '{tools,tests,examples}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tools/lint/fixtures/**'],
    globalSetup: './tests/postgres.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
