import { spawn } from 'node:child_process';
import { parseSignature, signedNothing, type SignerProgram } from './signer-program.ts';

/** 64 bytes in base64, and a line end. */
const MOST_ANSWER = 96;

/** One run of the program for one signature: the bytes on its standard input, the signature in base64 on its output. */
export function askOnce(program: SignerProgram, bytes: Uint8Array): Promise<Buffer> {
  const [file, ...parameters] = program.command;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // Its words, such as the question for a PIN, are for the person who waits, or for the log.
  const child = spawn(file, parameters, {
    shell: false,
    env: { ...program.environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const give = (why: string, cause?: unknown): void => {
    clearTimeout(patience);
    // What it has started itself may still hold the other end.
    child.stdout.destroy();
    child.kill('SIGKILL');
    reject(signedNothing(program, why, cause));
  };
  const patience = setTimeout(() => give('it took too long'), program.timeoutMs);
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    answer += piece;
    if (answer.length > MOST_ANSWER) give('it said more than a signature');
  });
  child.once('error', (error) => give(error.message, error));
  // Whoever needs no input may close it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(bytes);
  child.once('close', (code, signal) => {
    if (code !== 0) return give(signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`);
    const signature = parseSignature(answer.trim());
    if (!signature) return give('it gave no signature of 64 bytes in base64');
    clearTimeout(patience);
    resolve(signature);
  });
  return promise;
}
