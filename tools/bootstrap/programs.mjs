/**
 * What can be started on a fresh machine, and whether it starts the servers that sandboxes run, opens a browser, or asks verifiers
 * in other languages.
 *
 * @type {Readonly<Record<string, { program: string, programArguments: readonly string[], startsServers: boolean, opensBrowser?: boolean, auditsAbroad?: boolean }>>}
 */
export const PROGRAMS = {
  demo: { program: 'examples/demo.ts', programArguments: [], startsServers: true },
  test: {
    program: 'tools/check.ts',
    programArguments: [],
    startsServers: true,
    opensBrowser: true,
    auditsAbroad: true,
  },
  bench: { program: 'bench/main.ts', programArguments: [], startsServers: true },
  chaos: { program: 'node_modules/vitest/vitest.mjs', programArguments: ['run', 'tests/chaos'], startsServers: true },
  eval: { program: 'tools/eval.ts', programArguments: [], startsServers: false },
  'test:attack': { program: 'tools/attacks.ts', programArguments: [], startsServers: true },
  // Every attack text of our own, which takes minutes; `npm test` reads some of them.
  'test:injection': {
    program: 'tests/conformance/injection.ts',
    programArguments: ['--own'],
    startsServers: true,
  },
  conformance: { program: 'tools/conformance.ts', programArguments: [], startsServers: false, auditsAbroad: true },
};
