import { resemblancesIn } from '@duovir/protocol';
import { isSystemName } from './system-names.ts';
import { isTemplate } from './template.ts';

/** Whether a name, as the catalog has it, tells something of its owner: the system's names, templates and placeholders do not. */
export function isOwnName(name: string): boolean {
  return name !== '' && !isSystemName(name) && !isTemplate(name) && !isPlaceholder(name);
}

function isPlaceholder(name: string): boolean {
  // Every one has a digit or begins so; most names are done with here.
  if (/^[a-z_]+$/.test(name) && !name.startsWith('zqx')) return false;
  return resemblancesIn(name).some(({ start, end }) => start === 0 && end === name.length);
}
