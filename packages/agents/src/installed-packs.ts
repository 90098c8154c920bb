import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StateDirectory } from '@duovir/principal';
import { AgentError } from './error.ts';
import { loadPacks, type Pack } from './playbook/pack.ts';

/** The packs that come with the product. */
export const packsFolder = fileURLToPath(new URL('../../../packs', import.meta.url));

/** The product's packs and the installation's own. Two of one name would make it a matter of luck which one plans. */
export function installedPacks({ root }: StateDirectory): readonly Pack[] {
  const folders = [packsFolder, join(root, 'packs')].filter((folder) => existsSync(folder));
  const packs = folders.flatMap(loadPacks);
  const ids = packs.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new AgentError('pack-invalid', `${join(root, 'packs')} has a pack ${twice}, which is a pack of the product.`);
  return packs;
}
