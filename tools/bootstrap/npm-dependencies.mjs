import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { BINARIES, NODE_MODULES, ROOT } from './paths.mjs';
import { withProgress } from './progress.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/** npm's own record of what it put into node_modules, written only after everything else has arrived. */
const RECORD = join(NODE_MODULES, '.package-lock.json');
const ARGUMENTS = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, optional?: boolean }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 */

/**
 * Whether node_modules holds what the lock file asks for. Contents are compared, not times: a checkout touches the lock
 * file without changing it. Optional packages of other platforms are never installed.
 *
 * @param {Lock} lock
 * @param {Lock} installed
 */
export function isInstalled(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed.packages[path];
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

export async function installNpmDependencies() {
  if (!existsSync(RECORD) || !isInstalled(read(join(ROOT, 'package-lock.json')), read(RECORD))) {
    // Without its record, an installation that is interrupted halfway is not mistaken for a finished one.
    rmSync(RECORD, { force: true });
    await withProgress('installing npm dependencies, Node 24 among them', npmCi);
  }
  const node = join(BINARIES, 'node');
  if (!existsSync(node)) {
    throw new SetupError('npm did not install Node 24; run `npm ci --include=optional` and look at its output', 1);
  }
}

async function npmCi() {
  const { exitCode, output } = await runCommand('npm', ARGUMENTS, environmentOfNpm(process.env)).catch((cause) => {
    throw new SetupError(`cannot start npm (${cause.message}); install npm and start again`, 3);
  });
  if (exitCode !== 0) {
    throw new SetupError(`\`npm ${ARGUMENTS.join(' ')}\` failed:\n${lastLines(output, 20)}`, 1);
  }
}

/**
 * npm must run on the machine's own Node: the one in node_modules is deleted while it works.
 *
 * @param {Record<string, string | undefined>} environment
 * @returns {Record<string, string | undefined>}
 */
export function environmentOfNpm(environment) {
  const path = (environment['PATH'] ?? '').split(delimiter).filter((folder) => !folder.endsWith('node_modules/.bin'));
  return { ...environment, PATH: path.join(delimiter) };
}

/** @param {string} path @returns {Lock} */
function read(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
