import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { OFFICER } from '@duovir/principal';
import { keyIdOf, type Signer } from '@duovir/protocol';
import { CliError } from '../error.ts';

/** People enter PINs and touch keys. */
const PATIENCE_MS = 180_000;
const SIGNATURE_BYTES = 64;
/** 64 bytes in base64, and a line end. */
const MOST_ANSWER = 96;

/**
 * The officer's key where it cannot be read: in an HSM, a KMS or on a card. The program gets the bytes to sign (DSSE's
 * pre-authentication encoding) on its standard input and answers with the Ed25519 signature in base64. No shell reads its name
 * or its arguments.
 */
export function externalSigner(program: string, parameters: readonly string[], officerPublicKey: string): Signer {
  return {
    principal: OFFICER,
    keyId: keyIdOf(OFFICER, Buffer.from(officerPublicKey, 'base64')),
    sign: (bytes) => ask(program, parameters, bytes),
  };
}

async function ask(program: string, parameters: readonly string[], bytes: Uint8Array): Promise<Uint8Array> {
  // Its words, such as the question for a PIN, are for the person who waits.
  const child = spawn(program, [...parameters], {
    shell: false,
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    answer += piece;
    if (answer.length > MOST_ANSWER) child.kill('SIGKILL');
  });
  // Whoever needs no input may close it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(bytes);
  const [code, signal] = await exitOf(child, program);
  if (answer.length > MOST_ANSWER) throw failed(program, 'it said more than a signature');
  if (code !== 0) throw failed(program, signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`);
  const signature = /^[A-Za-z0-9+/]{86}==\s*$/.test(answer) ? Buffer.from(answer.trim(), 'base64') : undefined;
  if (signature?.length !== SIGNATURE_BYTES) throw failed(program, 'it gave no signature of 64 bytes in base64');
  return signature;
}

async function exitOf(
  child: ReturnType<typeof spawn>,
  program: string,
): Promise<[number | null, NodeJS.Signals | null]> {
  try {
    return (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  } catch (cause) {
    throw failed(program, cause instanceof Error ? cause.message : 'it could not be started', cause);
  }
}

function failed(program: string, why: string, cause?: unknown): CliError {
  return new CliError(
    'refused',
    `${program} has signed nothing: ${why}.`,
    'It reads the bytes from standard input and writes the Ed25519 signature in base64; docs/guide/trust.md shows one.',
    cause,
  );
}
