import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { BINARIES, ROOT } from './paths.mjs';

/**
 * Runs a program of this repository on Node 24 and answers its exit code. Ctrl-C reaches the program by itself: it is in the
 * same process group; here it must only not end the wait.
 *
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @returns {Promise<number>}
 */
export function launch(program, programArguments) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(BINARIES, 'node'), [join(ROOT, program), ...programArguments], {
      cwd: ROOT,
      env: { ...process.env, PATH: [BINARIES, process.env['PATH'] ?? ''].join(delimiter) },
      stdio: 'inherit',
    });
    const wait = () => {};
    const pass = () => child.kill('SIGTERM');
    process.on('SIGINT', wait);
    process.on('SIGTERM', pass);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', pass);
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
    });
  });
}
