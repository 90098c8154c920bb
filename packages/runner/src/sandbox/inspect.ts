import { type Listener, listenersOf } from './listeners.ts';
import { namespaceOf, processesIn, type SandboxProcess } from './process-table.ts';

export interface InspectedProcess {
  /** Process id on the host. */
  readonly pid: number;
  /** Process id in the sandbox. */
  readonly pidInside: number;
  readonly argv: readonly string[];
  /** The service it belongs to; undefined for what a command left behind, or when asked from another process. */
  readonly service?: string;
}

export interface InspectedListener extends Omit<Listener, 'owner'> {
  readonly owner: InspectedProcess | undefined;
}

/** Processes and listening sockets of a sandbox as the host's kernel reports them. */
export interface Inspection {
  readonly processes: readonly InspectedProcess[];
  readonly listeners: readonly InspectedListener[];
}

/** @param serviceOf names the service whose mount namespace this is */
export function inspectNamespace(
  holder: { readonly pid: number; readonly net: number },
  serviceOf: (mount: number) => string | undefined,
): Inspection {
  // In the holder's own mount namespace there are only PID 1 and the tools that wait for a command.
  const passage = namespaceOf(holder.pid, 'mnt');
  const own = processesIn('net', holder.net).filter(({ mount }) => mount !== passage);
  const named = (one: SandboxProcess): InspectedProcess => {
    const service = serviceOf(one.mount);
    const { pid, pidInside, argv } = one;
    return service === undefined ? { pid, pidInside, argv } : { pid, pidInside, argv, service };
  };
  return {
    processes: own.map(named),
    listeners: listenersOf(holder.pid, own).map(({ owner, ...rest }) => ({ ...rest, owner: owner && named(owner) })),
  };
}
