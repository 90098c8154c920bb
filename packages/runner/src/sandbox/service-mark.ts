import { childrenOf, namespaceOf, type SandboxProcess } from './process-table.ts';

const NAME = 'DUOVIR_SERVICE';

/**
 * Flags that name a service in the argument list of the bubblewrap process that waits for it. Nothing in a sandbox can
 * reach that process, so whoever looks from outside may believe it, the attestor too.
 */
export function serviceMark(service: string): string[] {
  return ['--setenv', NAME, service];
}

/** Names of services by the mount namespace of their processes. */
export function servicesBy(waiting: readonly SandboxProcess[]): Map<number, string> {
  const services = new Map<number, string>();
  for (const { pid, argv } of waiting) {
    const flags = argv.slice(0, argv.indexOf('--'));
    const service = argv[0] === 'bwrap' ? flags[flags.indexOf(NAME, 1) + 1] : undefined;
    if (service === undefined || !flags.includes(NAME)) continue;
    for (const child of childrenOf(pid)) {
      const mount = namespaceOf(child, 'mnt');
      if (mount !== undefined) services.set(mount, service);
    }
  }
  return services;
}
