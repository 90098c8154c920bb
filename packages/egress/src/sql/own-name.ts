import { resemblancesIn } from '@duovir/protocol';
import { isSystemName } from './system-names.ts';

/** Whether a name, as the catalog has it, tells something of its owner: the system's names and placeholders do not. */
export function isOwnName(name: string): boolean {
  return name !== '' && !isSystemName(name) && !isPlaceholder(name);
}

function isPlaceholder(name: string): boolean {
  return resemblancesIn(name).some(({ start, end }) => start === 0 && end === name.length);
}
