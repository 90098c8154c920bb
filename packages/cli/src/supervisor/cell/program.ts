import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** What a process needs to find its program where Node looks for it, and nothing else that was installed. */
export interface Program {
  /** Real paths of the folders of its packages, of that program's own first. */
  readonly folders: readonly string[];
  /** Links through which packages find each other, and where each leads. */
  readonly links: ReadonlyMap<string, string>;
}

const packageSchema = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
});

/** The package that `entryPoint` belongs to, with everything it depends on, as Node would resolve it. */
export function programOf(entryPoint: string): Program {
  const folders = [packageAround(realpathSync(entryPoint))];
  const links = new Map<string, string>();
  for (const folder of folders) {
    for (const name of dependenciesOf(folder)) {
      const place = find(name, folder);
      // Optional ones may be missing; a needed one would be missed by the process, and say so.
      if (place === undefined) continue;
      const real = realpathSync(place);
      if (real !== place) links.set(linkIn(place), realpathSync(linkIn(place)));
      if (!folders.includes(real)) folders.push(real);
    }
  }
  return { folders, links };
}

function packageAround(path: string): string {
  const folder = dirname(path);
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (folder === dirname(folder)) throw new RangeError(`${path} belongs to no package.`);
  return packageAround(folder);
}

function dependenciesOf(folder: string): string[] {
  const file = packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  return Object.keys({ ...file.peerDependencies, ...file.optionalDependencies, ...file.dependencies });
}

/** Upwards from the folder, as module resolution goes. */
function find(name: string, folder: string): string | undefined {
  const place = join(folder, 'node_modules', name);
  if (existsSync(place)) return place;
  return folder === dirname(folder) ? undefined : find(name, dirname(folder));
}

/** The part of the path that is a link: the package itself as in a workspace, or a folder above it. */
function linkIn(path: string): string {
  const above = dirname(path);
  return above === realpathSync(above) || lstatSync(path).isSymbolicLink() ? path : linkIn(above);
}
