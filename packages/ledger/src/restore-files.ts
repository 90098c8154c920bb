import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { envelopeSchema, parseCanonicalJson, type Envelope } from '@duovir/protocol';

/**
 * What the officer has decided about entries that were lost, as it lies in the folder of an installation.
 * @param folder `restores` of the state directory; there is none where nothing was ever lost
 */
export function readRestores(folder: string): Envelope[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => envelopeSchema.parse(parseCanonicalJson(readFileSync(join(folder, name), 'utf8').trim())));
}
