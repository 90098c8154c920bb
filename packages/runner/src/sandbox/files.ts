import { posix } from 'node:path';
import type { Command, RawResult } from './command.ts';
import { SandboxError } from './error.ts';
import { WRITABLE_ROOTS } from './mounts.ts';

export type RunInside = (command: Command) => Promise<RawResult>;

export interface FileContent {
  readonly content: Buffer;
  /** Permission bits. */
  readonly mode: number;
}

const TIMEOUT_MS = 30_000;
const MESSAGE_BYTES = 16_384;
const MISSING = 44;

// Everything happens inside: a link planted in the workspace then resolves in the sandbox, where it harms nobody.
const WRITE = `set -eu
umask 077
directory=\${1%/*}
mkdir -p -- "$directory"
part=$(mktemp -- "$directory/.duovir-part.XXXXXXXX")
trap 'rm -f -- "$part"' EXIT
cat >"$part"
chmod -- "$2" "$part"
mv -fT -- "$part" "$1"
trap - EXIT`;
const READ = `set -eu
[ -f "$1" ] || exit ${MISSING}
stat -Lc %a -- "$1"
cat -- "$1"`;
const REMOVE = 'rm -rf -- "$1"';

/** Replaces the file at once; a reader sees the old content or the new. Missing directories are made, mode 0700. */
export async function writeFile(
  run: RunInside,
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const permissions = (mode & 0o777).toString(8).padStart(4, '0');
  await mustSucceed(run, script(WRITE, [checked(path), permissions], MESSAGE_BYTES, content), `writing ${path}`);
}

/** Throws `file-missing` when there is no regular file, `file-too-large` when it is larger than `capBytes`. */
export async function readFile(run: RunInside, path: string, capBytes: number): Promise<FileContent> {
  const command = script(READ, [checked(path)], capBytes + MESSAGE_BYTES);
  const result = await run(command);
  if (result.exit === MISSING) throw new SandboxError('file-missing', `${path} is not a file`);
  const end = result.content.indexOf('\n');
  const content = result.content.subarray(end + 1);
  if (result.cause === 'output-cap' || content.length > capBytes) {
    throw new SandboxError('file-too-large', `${path} is larger than ${capBytes} bytes`);
  }
  checkSuccess(result, `reading ${path}`);
  return { content, mode: Number.parseInt(result.content.toString('latin1', 0, end), 8) };
}

/** Removes a file or a directory with all in it; nothing to remove is fine. */
export async function removePath(run: RunInside, path: string): Promise<void> {
  await mustSucceed(run, script(REMOVE, [checked(path)], MESSAGE_BYTES), `removing ${path}`);
}

function checked(path: string): string {
  const inRoot = WRITABLE_ROOTS.some((root) => path.startsWith(`${root}/`) && path.length > root.length + 1);
  const plain = posix.normalize(path) === path && !path.endsWith('/') && !path.includes('\0');
  if (!inRoot || !plain) throw new SandboxError('path-refused', `path ${JSON.stringify(path)} is refused`);
  return path;
}

function script(text: string, words: readonly string[], outputCapBytes: number, stdin?: string | Uint8Array): Command {
  return {
    argv: ['/bin/sh', '-c', text, 'sh', ...words],
    cwd: '/',
    timeoutMs: TIMEOUT_MS,
    outputCapBytes,
    ...(stdin === undefined ? {} : { stdin }),
  };
}

async function mustSucceed(run: RunInside, command: Command, deed: string): Promise<void> {
  checkSuccess(await run(command), deed);
}

function checkSuccess({ cause, exit, stderr }: RawResult, deed: string): void {
  if (cause === 'exit' && exit === 0) return;
  throw new SandboxError(
    'infrastructure',
    `${deed} failed (${cause}, exit ${exit}): ${stderr.text.trim().slice(0, 500)}`,
  );
}
