import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** How much of a command's output is kept to explain its failure. */
const KEPT_CHARACTERS = 16_384;

/**
 * Runs a command without a shell and without standard input; its output is kept, not shown.
 *
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {Record<string, string | undefined>} environment
 * @returns {Promise<{ exitCode: number, output: string }>}
 */
export function runCommand(command, commandArguments, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}

/** @param {string} output @param {number} lines */
export const lastLines = (output, lines) => output.trimEnd().split('\n').slice(-lines).join('\n');
