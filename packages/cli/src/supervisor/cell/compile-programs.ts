import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publish } from './hand-over.ts';
import { programOf, type Program } from './program.ts';

const COMPILE = fileURLToPath(new URL('./compile.ts', import.meta.url));
const MARK = 'compiled-of';
const WITHIN_MS = 60_000;
const NOWHERE = '/nonexistent';

/**
 * Lets processes of our own compile what runs in cells, once per version of the sources. Those in cells read the result and
 * never write it: whoever writes there decides what others execute.
 */
export async function compilePrograms(
  entryPoints: readonly string[],
  cache: string,
  flags: readonly string[],
  path: string,
): Promise<void> {
  const mark = join(cache, MARK);
  const version = versionOf(entryPoints.map((entryPoint) => programOf(entryPoint)));
  if (existsSync(mark) && readFileSync(mark, 'utf8') === version) return;
  mkdirSync(cache, { recursive: true, mode: 0o755 });
  const run = async (...argv: string[]): Promise<void> => {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', process.execPath, ...flags, ...argv], {
      env: { PATH: path, LANG: 'C.UTF-8', NODE_COMPILE_CACHE: cache },
      stdio: 'ignore',
      timeout: WITHIN_MS,
      cwd: '/',
    });
    await once(child, 'exit');
  };
  // The programs themselves end at once, for there is no such state; by then they have loaded what they always load.
  await Promise.all([run(COMPILE), ...entryPoints.map((entryPoint) => run(entryPoint, NOWHERE, NOWHERE))]);
  // Node gives its files to us alone; whoever reads them may be another user.
  publish(cache);
  writeFileSync(mark, version, { mode: 0o644 });
}

/** By what changes when a file does. What npm has installed changes as a whole. */
function versionOf(programs: readonly Program[]): string {
  const folders = [...new Set(programs.flatMap((program) => program.folders))];
  const seen = folders.flatMap((folder) =>
    folder.includes('/node_modules/') ? [stateOf(join(folder, 'package.json'))] : sourcesIn(join(folder, 'src')),
  );
  return hash('sha256', [process.version, ...seen].join('\n'), 'hex');
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => stateOf(join(folder, name)));
}

function stateOf(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}
