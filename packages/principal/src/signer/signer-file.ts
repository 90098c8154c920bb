import { statSync, type Stats } from 'node:fs';
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { PrincipalError } from '../error.ts';
import { readPrivateFile } from '../private-file.ts';
import type { ExternalSignerOptions } from './external-signer.ts';

const TIMEOUT_SECONDS = 15;
/** Nothing of ours reaches the program: where its token or service is, its file says. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' } as const;
const PIN_ARGUMENT = /^--?(?:[a-z]+-)?pin(?:=|$)/i;
const SECRET_NAME = /PIN|PASS|SECRET|TOKEN|CREDENTIAL|PRIVATE|ACCESS_KEY/;
const REFERENCE_NAME = /_(?:FILE|PATH|DIR|CONF|URI)$/;

const signerFileSchema = z.strictObject({
  command: z
    .tuple([z.string().max(4096).refine(isAbsolute, 'the program has an absolute path')])
    .rest(z.string().max(4096))
    .refine(
      (words) => !words.some((word) => PIN_ARGUMENT.test(word)),
      'everybody can read arguments: refer to the PIN',
    ),
  /** Raw Ed25519 public key, base64. */
  publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  mode: z.enum(['once', 'session']).default('once'),
  timeoutSeconds: z.int().min(1).max(300).default(TIMEOUT_SECONDS),
  environment: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), z.string().max(4096))
    .refine(
      (variables) => Object.keys(variables).every((name) => !SECRET_NAME.test(name) || REFERENCE_NAME.test(name)),
      'a secret does not belong into an environment: refer to a file that has it',
    )
    .default({}),
});

/** Reads `signer.json`. Whoever can write it or its program signs as the principal, so both must be ours alone, or root's. */
export function loadSignerFile(path: string, principal: string): ExternalSignerOptions {
  const text = readPrivateFile(path, 'signer-file-permissions', 'look whether somebody has changed it');
  const { command, publicKey, mode, timeoutSeconds, environment } = parse(text, path);
  assertOurs(command[0], path);
  return {
    principal,
    publicKey,
    mode,
    command,
    timeoutMs: timeoutSeconds * 1000,
    environment: { ...ENVIRONMENT, ...environment },
  };
}

function parse(text: string, path: string): z.output<typeof signerFileSchema> {
  try {
    return signerFileSchema.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is not JSON';
    throw new PrincipalError(
      'signer-file-malformed',
      `${path} names no signer: ${why}`,
      'Write it as docs/guide/keys.md shows.',
      cause,
    );
  }
}

function assertOurs(program: string, path: string): void {
  let status: Stats;
  try {
    status = statSync(program);
  } catch (cause) {
    throw new PrincipalError(
      'signer-file-malformed',
      `${path} names ${program}, which is not here.`,
      'Install the program, or name it by its absolute path. Agents and the witness of `duovir up` see no programs.',
      cause,
    );
  }
  const isOurs = status.uid === 0 || status.uid === process.getuid?.();
  if (isOurs && (status.mode & 0o022) === 0) return;
  throw new PrincipalError(
    'signer-file-permissions',
    `Others could exchange ${program}, which signs for ${path}.`,
    `Run \`chmod go-w ${program}\`, and look whether it is what you installed.`,
  );
}
