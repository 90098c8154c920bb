import { isIPv4 } from 'node:net';
import { SandboxError } from './error.ts';
import type { SandboxLimits } from './limits.ts';

export interface SandboxSpecification {
  /** Identifier of the run: letters, digits, "-", "_" and ".", at most 64. It is the host name inside. */
  readonly run: string;
  /** How often the run's sandbox has been built; fences off what an older one still does. */
  readonly generation: number;
  /** Names the run knows, each with an address of its loopback network, 127.0.0.0/8. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
}

const RUN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const HOST = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;

/** Throws `argument-invalid`. */
export function checkSpecification({ run, generation, hosts, limits }: SandboxSpecification): void {
  const refuse = (detail: string): never => {
    throw new SandboxError('argument-invalid', detail);
  };
  if (!RUN.test(run)) refuse('run is not a name of at most 64 letters, digits, "-", "_" and "."');
  if (!Number.isSafeInteger(generation) || generation < 0) refuse('generation is not a whole number from 0 on');
  for (const [name, address] of Object.entries(hosts)) {
    if (!HOST.test(name)) refuse(`host ${JSON.stringify(name)} is not a host name`);
    if (!isIPv4(address) || !address.startsWith('127.')) refuse(`the address of host ${name} is not in 127.0.0.0/8`);
  }
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isFinite(value) || value <= 0) refuse(`limit ${name} is not a number above 0`);
    if (name !== 'cpus' && !Number.isSafeInteger(value)) refuse(`limit ${name} is not a whole number`);
  }
}
