import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { BINARIES, NODE_MODULES, ROOT } from './paths.mjs';
import { withProgress } from './progress.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const CONSOLE = join(ROOT, 'packages/console');
const PAGE = 'index.html';
/** All that is in the page. */
const SOURCES = [
  ...['src', PAGE, 'package.json', 'vite.config.ts'].map((name) => join(CONSOLE, name)),
  join(ROOT, 'packages/sdk/src'),
  join(ROOT, 'packages/protocol/src'),
  join(ROOT, 'package-lock.json'),
];

/** Builds the web console when that was never done or something in it has changed since. */
export async function buildConsole(sources = SOURCES, built = join(CONSOLE, 'dist')) {
  if (isNewer(join(built, PAGE), sources)) return;
  await withProgress('building the web console', () => build(built));
}

/**
 * @param {string} file
 * @param {readonly string[]} sources files and folders
 */
export function isNewer(file, sources) {
  return existsSync(file) && sources.every((source) => newest(source) <= statSync(file).mtimeMs);
}

/** When anything in there was last changed. @param {string} path @returns {number} */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Elsewhere first, so that what is served is always whole. @param {string} built */
async function build(built) {
  const cache = join(NODE_MODULES, '.cache/duovir');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'console-'));
  const unfinished = join(folder, 'dist');
  const began = new Date();
  try {
    const vite = [join(NODE_MODULES, 'vite/bin/vite.js'), 'build', CONSOLE, '--outDir', unfinished];
    // Who runs tests or develops has another one set, and would get the slow build that talks to developers.
    const environment = { ...process.env, NODE_ENV: 'production' };
    const { exitCode, output } = await runCommand(join(BINARIES, 'node'), vite, environment);
    if (exitCode !== 0) throw new SetupError(`the web console could not be built:\n${lastLines(output, 20)}`, 1);
    // What is changed while it is being built is not in it.
    utimesSync(join(unfinished, PAGE), began, began);
    rmSync(built, { recursive: true, force: true });
    renameSync(unfinished, built);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
