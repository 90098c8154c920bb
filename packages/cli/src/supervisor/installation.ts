import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasOwnDatabase } from '@duovir/server';
import type { StateDirectory } from '@duovir/principal';
import type { Role } from '@duovir/protocol';
import { compileCache } from './compile-cache.ts';
import { keyVariables, trustedPolicy, type Environment } from './key-variables.ts';
import { startNode } from './node-process.ts';
import { startDatabase } from './postgres-process.ts';
import type { ProcessPlan } from './supervised.ts';

const POSTGRES = 'postgres';
const WITNESS = 'witness';

/** Small heaps: eight processes share a workstation, and none of them holds much. */
const flags = ['--max-semi-space-size=1', '--max-old-space-size=192', '--disable-warning=ExperimentalWarning'];
const serverFlags = ['--max-semi-space-size=8', '--max-old-space-size=512', '--disable-warning=ExperimentalWarning'];

const agentRoles: readonly Role[] = ['planner', 'reviewer', 'healer'];
const entryPoints = {
  witness: import.meta.resolve('@duovir/ledger/witness-process'),
  runner: import.meta.resolve('@duovir/runner/runner-process'),
  attestor: import.meta.resolve('@duovir/runner/attestor-process'),
} as const;

/** Every process of an installation: what it runs, what it waits for, whom it calls. */
export function planInstallation(state: StateDirectory, inherited: Environment): ProcessPlan[] {
  const policy = trustedPolicy(state);
  const agents = policy.principals.filter(({ role }) => agentRoles.includes(role)).map(({ name }) => name);
  const environment = {
    PATH: inherited['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    NODE_COMPILE_CACHE: compileCache(state),
  };
  const node = (
    name: string,
    entryPoint: string,
    parameters: readonly string[],
    nodeFlags: readonly string[] = flags,
    keys: Readonly<Record<string, string>> = {},
  ): Pick<ProcessPlan, 'name' | 'launch'> => ({
    name,
    launch: () =>
      startNode({
        file: fileURLToPath(entryPoint),
        arguments: parameters,
        flags: nodeFlags,
        environment: { ...environment, ...keys },
        log: join(state.log, `${name}.log`),
      }),
  });
  const principals: ProcessPlan[] = [
    ...Object.entries(entryPoints).map(([name, file]) => node(name, file, [state.root])),
    ...agents.map((name) => node(name, import.meta.resolve('@duovir/agents/process'), [name, state.root])),
  ].map((plan) => ({ ...plan, after: [], uses: [] }));
  const database: ProcessPlan[] = hasOwnDatabase(state)
    ? []
    : [
        {
          name: POSTGRES,
          after: [],
          uses: [],
          launch: () => startDatabase(state, join(state.log, `${POSTGRES}.log`)),
        },
      ];
  const others = [...principals, ...database];
  const server: ProcessPlan = {
    ...node(
      'server',
      import.meta.resolve('@duovir/server/process'),
      [state.root],
      serverFlags,
      keyVariables(policy, inherited),
    ),
    after: [...database.map(({ name }) => name), WITNESS],
    uses: others.map(({ name }) => name),
  };
  return [...others, server];
}
