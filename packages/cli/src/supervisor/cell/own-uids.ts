import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { StateDirectory } from '@duovir/principal';
import { CliError } from '../../error.ts';

/**
 * User ids that nobody else hands out, clear of those the runner gives to sandboxes. The second range is for a root that
 * owns only a part of the ids, as in a container.
 */
const RANGES = [
  { first: 1_900_100_000, last: 2_147_000_000 },
  { first: 60_600, last: 61_183 },
];
/** Of one installation: more than a trust policy may enrol. Two installations draw different blocks. */
const BLOCK = 512;

const assignedSchema = z.strictObject({
  /** The group of those who may call the gateway; the ids of the block follow it. */
  callers: z.int().positive(),
  principals: z.record(z.string(), z.int().positive()),
});
type Assigned = z.infer<typeof assignedSchema>;

/** Which principal has which user id, in `uids.json` of the state directory. Once given, an id is never given to another. */
export class OwnUids {
  readonly #file: string;
  #assigned: Assigned;

  constructor(state: StateDirectory) {
    this.#file = join(state.root, 'uids.json');
    this.#assigned = existsSync(this.#file) ? this.#read() : { callers: drawBlock(), principals: {} };
  }

  get callers(): number {
    return this.#assigned.callers;
  }

  of(principal: string): number {
    const known = this.#assigned.principals[principal];
    if (known !== undefined) return known;
    const uid = Math.max(this.callers, ...Object.values(this.#assigned.principals)) + 1;
    if (uid >= this.callers + BLOCK)
      throw new CliError('refused', `${this.#file} has no user id left for ${principal}.`, 'Make a new installation.');
    this.#assigned = { ...this.#assigned, principals: { ...this.#assigned.principals, [principal]: uid } };
    writeFileSync(`${this.#file}.unfinished`, `${JSON.stringify(this.#assigned, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    renameSync(`${this.#file}.unfinished`, this.#file);
    return uid;
  }

  #read(): Assigned {
    try {
      return assignedSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch (cause) {
      throw new CliError(
        'refused',
        `${this.#file} is not valid.`,
        'Restore it, or remove it: new ids are drawn.',
        cause,
      );
    }
  }
}

function drawBlock(): number {
  return firstOfBlock(readFileSync('/proc/self/uid_map', 'utf8'), randomInt);
}

/** Of a range that is wholly mapped in this user namespace. Throws when there is none. */
export function firstOfBlock(uidMap: string, random: (below: number) => number): number {
  const extents = uidMap
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const isMapped = (first: number, last: number): boolean =>
    extents.some(([start = 0, , length = 0]) => start <= first && last < start + length);
  const range = RANGES.find(({ first, last }) => isMapped(first, last));
  if (!range)
    throw new CliError(
      'cells-missing',
      'Root owns no user ids here that agents could have of their own.',
      'Map more user ids into this container, or run Duovir as an ordinary user.',
    );
  const blocks = Math.floor((range.last + 1 - range.first) / BLOCK);
  return range.first + random(blocks) * BLOCK;
}
