#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));

/** The folder that npm installed into: upwards from here, as module resolution goes. */
function findModules(folder) {
  const candidate = join(folder, 'node_modules');
  if (existsSync(join(candidate, '.bin', 'node'))) return candidate;
  return dirname(folder) === folder ? undefined : findModules(dirname(folder));
}

/** Compiled sources from earlier starts; only where nobody else can have put them. */
function compileCache() {
  const modules = findModules(here);
  if (modules === undefined || statSync(modules).uid !== process.getuid?.()) return undefined;
  return join(modules, '.cache', 'duovir', 'compile');
}

/** Runs this command again under Node 24 and ends as it ends. */
function startAgain(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends these to the whole foreground group: only the child acts on them.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', () => process.exit(1));
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  const cache = compileCache();
  if (cache !== undefined) module.enableCompileCache(cache);
  const { main } = await import('../src/main.ts');
  await main(process.argv.slice(2));
} else {
  const modules = findModules(here);
  if (modules === undefined) {
    console.error(`duovir: Node ${NEEDED} or later is needed; this is ${process.version}.`);
    console.error('Remedy: run `npm ci` in the workspace, which installs it, or put Node 24 on the PATH.');
    process.exit(1);
  }
  startAgain(join(modules, '.bin', 'node'));
}
