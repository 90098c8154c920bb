import { plainText, type Listener } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';
import type { Inspection } from '../sandbox/inspect.ts';

const MOST = 512;
const LONGEST_ARGV = 512;

/** Who listens where, for whoever has to diagnose. Process ids as the sandbox itself knows them. */
export function listenersIn({ listeners }: Inspection, conceal: Conceal): Listener[] {
  return listeners.slice(0, MOST).map(({ address, port, owner }) => ({
    address,
    port,
    pid: owner?.pidInside ?? null,
    argv: owner ? argvText(owner.argv, conceal) : '',
    service: owner?.service ?? null,
  }));
}

/** The argument list of a process is its own to write: data, never instruction (Invariant 10). */
export function argvText(argv: readonly string[], conceal: Conceal): string {
  return conceal(plainText(argv.join(' ')))
    .replaceAll('\n', ' ')
    .trim()
    .slice(0, LONGEST_ARGV);
}
