import { type Listener, listenersOf } from './listeners.ts';
import { namespaceOf, processesIn, type SandboxProcess } from './process-table.ts';
import { servicesBy } from './service-mark.ts';

export interface InspectedProcess {
  /** Process id on the host. */
  readonly pid: number;
  /** Process id in the sandbox. */
  readonly pidInside: number;
  readonly argv: readonly string[];
  /** The service it belongs to; undefined for a running command and for what commands have left behind. */
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

export function inspectNamespace(holder: { readonly pid: number; readonly net: number }): Inspection {
  // In the holder's own mount namespace there are only PID 1 and the tools that wait for a command.
  const passage = namespaceOf(holder.pid, 'mnt');
  const all = processesIn('net', holder.net);
  const own = all.filter(({ mount }) => mount !== passage);
  const services = servicesBy(all.filter(({ mount }) => mount === passage));
  const named = ({ pid, pidInside, argv, mount }: SandboxProcess): InspectedProcess => {
    const service = services.get(mount);
    return service === undefined ? { pid, pidInside, argv } : { pid, pidInside, argv, service };
  };
  return {
    processes: own.map(named),
    listeners: listenersOf(holder.pid, own).map(({ owner, ...rest }) => ({ ...rest, owner: owner && named(owner) })),
  };
}
