#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));

/** The Node that npm installed beside this package: each folder upwards, as module resolution does. */
function findNode(folder) {
  const candidate = join(folder, 'node_modules', '.bin', 'node');
  if (existsSync(candidate)) return candidate;
  return dirname(folder) === folder ? undefined : findNode(dirname(folder));
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
  const { main } = await import('../src/main.ts');
  await main(process.argv.slice(2));
} else {
  const node = findNode(here);
  if (node === undefined) {
    console.error(`duovir: Node ${NEEDED} or later is needed; this is ${process.version}.`);
    console.error('Remedy: run `npm ci` in the workspace, which installs it, or put Node 24 on the PATH.');
    process.exit(1);
  }
  startAgain(node);
}
