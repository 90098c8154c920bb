import type { RandomPort } from '@duovir/engine';
import { lettersOf } from '../random.ts';

const LETTERS = 20;

/** `run-` and 100 random bits in base 32. */
export function newRunId(random: RandomPort): string {
  return `run-${lettersOf(Buffer.from(random.hex(LETTERS), 'hex'))}`;
}
