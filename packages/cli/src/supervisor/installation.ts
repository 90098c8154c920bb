import { fileURLToPath } from 'node:url';
import { hasOwnDatabase } from '@duovir/server';
import type { StateDirectory } from '@duovir/principal';
import type { Role } from '@duovir/protocol';
import { agentCell, furnish, witnessCell, type CellPlan } from './cell/agent-cell.ts';
import type { Cell } from './cell/cell.ts';
import type { Cells } from './cell/cells.ts';
import { compilePrograms } from './cell/compile-programs.ts';
import { handOver } from './cell/hand-over.ts';
import { programOf } from './cell/program.ts';
import { cellCache, compileCache } from './compile-cache.ts';
import { keyVariables, trustedPolicy, type Environment } from './key-variables.ts';
import { logPath } from './log-file.ts';
import { startNode } from './node-process.ts';
import { startDatabase } from './postgres-process.ts';
import type { ProcessPlan } from './supervised.ts';

const POSTGRES = 'postgres';
const WITNESS = 'witness';

/** Small heaps: a dozen processes share a workstation, and none of them holds much. */
const flags = ['--max-semi-space-size=1', '--max-old-space-size=192', '--disable-warning=ExperimentalWarning'];
const serverFlags = ['--max-semi-space-size=8', '--max-old-space-size=512', '--disable-warning=ExperimentalWarning'];

const agentRoles: readonly Role[] = ['planner', 'reviewer', 'healer'];
const entryPoints = {
  agent: fileURLToPath(import.meta.resolve('@duovir/agents/process')),
  witness: fileURLToPath(import.meta.resolve('@duovir/ledger/witness-process')),
  runner: fileURLToPath(import.meta.resolve('@duovir/runner/runner-process')),
  attestor: fileURLToPath(import.meta.resolve('@duovir/runner/attestor-process')),
  server: fileURLToPath(import.meta.resolve('@duovir/server/process')),
} as const;

export interface Boundaries {
  /** Undefined where a person has accepted that agents are not kept apart. */
  readonly cells: Cells | undefined;
  /** Where no sandbox can be made, nobody is started who would need one. */
  readonly sandbox: boolean;
}

interface NodePlan {
  readonly name: string;
  readonly file: string;
  readonly parameters: readonly string[];
}

/** Every process of an installation: what it runs, what it waits for, whom it calls. */
export function planInstallation(
  state: StateDirectory,
  inherited: Environment,
  { cells, sandbox }: Boundaries,
): ProcessPlan[] {
  const policy = trustedPolicy(state);
  const open = launcher(state, inherited);
  const [forAgents, forWitness] = cells ? cellLaunchers(state, inherited, cells) : [open, open];
  const agents = policy.principals.filter(({ role }) => agentRoles.includes(role)).map(({ name }) => name);
  const inSandboxes = sandbox ? (['runner', 'attestor'] as const) : [];
  const principals = [
    forWitness({ name: WITNESS, file: entryPoints.witness, parameters: [state.root] }),
    ...inSandboxes.map((name) => open({ name, file: entryPoints[name], parameters: [state.root] })),
    ...agents.map((name) => forAgents({ name, file: entryPoints.agent, parameters: [name, state.root] })),
  ];
  const database: ProcessPlan[] = hasOwnDatabase(state)
    ? []
    : [{ name: POSTGRES, after: [], uses: [], launch: () => startDatabase(state, logPath(state, POSTGRES)) }];
  const others = [...principals, ...database];
  const server: ProcessPlan = {
    ...open(
      { name: 'server', file: entryPoints.server, parameters: [state.root] },
      serverFlags,
      keyVariables(policy, inherited),
    ),
    after: [...database.map(({ name }) => name), WITNESS],
    uses: others.map(({ name }) => name),
  };
  return [...others, server];
}

type Launcher = (plan: NodePlan, nodeFlags?: readonly string[], keys?: Readonly<Record<string, string>>) => ProcessPlan;

/** Processes that see the whole machine, as the user who runs the supervisor. */
function launcher(state: StateDirectory, inherited: Environment): Launcher {
  const environment = {
    PATH: inherited['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    NODE_COMPILE_CACHE: compileCache(state),
  };
  return ({ name, file, parameters }, nodeFlags = flags, keys = {}) => ({
    name,
    after: [],
    uses: [],
    launch: async () => {
      // What had a user id of its own at an earlier start has ours at this one.
      handOver(state.principal(name), process.getuid?.() ?? 0);
      return startNode({
        file,
        arguments: parameters,
        flags: nodeFlags,
        environment: { ...environment, ...keys },
        log: logPath(state, name),
      });
    },
  });
}

/** Processes in cells: agents, and the witness. */
function cellLaunchers(state: StateDirectory, inherited: Environment, cells: Cells): [Launcher, Launcher] {
  const cache = cellCache(state);
  const environment = { LANG: 'C.UTF-8', NODE_COMPILE_CACHE: cache };
  const programs = { agent: programOf(entryPoints.agent), witness: programOf(entryPoints.witness) };
  const compiled = compilePrograms(
    [entryPoints.agent, entryPoints.witness],
    cache,
    flags,
    inherited['PATH'] ?? '',
  ).catch((error: unknown) =>
    console.error('The sources of agents were not compiled, so each of them starts slower:', error),
  );
  const within =
    (program: keyof typeof programs, cellOf: (name: string, plan: CellPlan) => Cell): Launcher =>
    ({ name, file, parameters }) => ({
      name,
      after: [],
      uses: [],
      launch: async () => {
        await compiled;
        const cell = cellOf(name, { cells, state, program: programs[program], compileCache: cache, environment });
        furnish(cell, state.principal(name));
        return startNode({ file, arguments: parameters, flags, environment, cell, log: logPath(state, name) });
      },
    });
  return [within('agent', agentCell), within('witness', witnessCell)];
}
