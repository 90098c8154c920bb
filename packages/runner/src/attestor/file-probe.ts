import { plainText, type Probe } from '@duovir/protocol';
import type { CommandResult } from '../sandbox/command.ts';
import type { Visit } from '../sandbox/visit.ts';
import { notCarriedOut } from './command-probe.ts';
import { look, unknown, type Look } from './look.ts';

type FileProbe = Extract<Probe, { action: 'file.probe@1' }>;

const TIMEOUT_MS = 30_000;
const CAP_BYTES = 16_384;
const STAT = '/usr/bin/stat';
const SHA256SUM = '/usr/bin/sha256sum';

export async function lookForFile({ with: { path }, expect }: FileProbe, visit: Visit): Promise<Look> {
  const found = await run(visit, [STAT, '--format=%F', '--', path]);
  const problem = notCarriedOut(found, STAT);
  if (problem) return problem;
  const absent = /: (?:No such file or directory|Not a directory)$/.test(found.stderr.text.trim());
  if (found.exit !== 0 && !absent) return unknown(plainText(found.stderr.text));
  const kind = absent ? null : plainText(found.stdout.text).trim();
  if (kind === null || !expect.exists) {
    const summary = kind === null ? `${path} is not there.` : `${path} is a ${kind}.`;
    return look((kind !== null) === expect.exists ? 'succeeded' : 'failed', { kind }, summary);
  }
  if (expect.sha256 === undefined) return look('succeeded', { kind }, `${path} is a ${kind}.`);
  return compareDigest(path, kind, expect.sha256, visit);
}

async function compareDigest(path: string, kind: string, expected: string, visit: Visit): Promise<Look> {
  const read = await run(visit, [SHA256SUM, '--zero', '--', path]);
  const problem = notCarriedOut(read, SHA256SUM);
  if (problem) return problem;
  if (read.exit !== 0) return unknown(plainText(read.stderr.text));
  const sha256 = read.stdout.text.slice(0, 64);
  const same = sha256 === expected;
  return look(same ? 'succeeded' : 'failed', { kind, sha256 }, `${path} has the SHA-256 ${sha256}.`);
}

function run(visit: Visit, argv: readonly string[]): Promise<CommandResult> {
  return visit.command({ argv, cwd: '/', timeoutMs: TIMEOUT_MS, outputCapBytes: CAP_BYTES });
}
