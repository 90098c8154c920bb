import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportExcerpt,
  exportLog,
  keptAnchors,
  parseCheckpoint,
  publishAnchors,
  readRestores,
  verifyLog,
  type Verification,
  type VerifyOptions,
} from '@duovir/ledger';
import { historyFile, historyVersions, loadPublicKey, type StateDirectory } from '@duovir/principal';
import { envelopeSchema, parseCanonicalJson, type Envelope } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { remoteLog } from './remote-log.ts';

/** Writes the ledger, from an entry on, into a folder that an auditor can verify with nothing else but the officer's public key. */
export async function exportLedger(
  client: Client,
  state: StateDirectory,
  folder: string,
  first = 0,
): Promise<{ size: number }> {
  const keys = {
    officer: loadPublicKey(state.officer),
    trustPolicies: trustPolicies(state),
    restores: readRestores(state.restores),
  };
  const log = remoteLog(client);
  const published = first > 0 ? await exportExcerpt(log, folder, keys, first) : await exportLog(log, folder, keys);
  // The tree of a checkpoint that is older than the excerpt could not be looked at.
  const anchors = keptAnchors(state.anchors).filter(({ size }) => size >= first);
  publishAnchors(folder, published.size, anchors);
  return published;
}

/** All that were ever in force: each entry is judged by the one that was. */
function trustPolicies({ trustPolicy }: StateDirectory): Envelope[] {
  const superseded = historyVersions(trustPolicy).map((version) => historyFile(trustPolicy, version));
  const texts = new Set([trustPolicy, ...superseded].map((path) => readFileSync(path, 'utf8').trim()));
  return [...texts].map((text) => envelopeSchema.parse(parseCanonicalJson(text)));
}

export interface Checked extends Verification {
  readonly origin: string;
  /** Root hash of the newest checkpoint, base64. */
  readonly root: string;
}

/** Takes the whole ledger from the server and verifies it here, against the pinned officer key. */
export async function verifyServersLedger(
  client: Client,
  state: StateDirectory,
  options: VerifyOptions = {},
): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-ledger-'));
  try {
    await exportLedger(client, state, folder);
    return await verifyFolder(folder, loadPublicKey(state.officer), options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function verifyFolder(
  folder: string,
  officer: string | undefined,
  options: VerifyOptions = {},
): Promise<Checked> {
  const verification = await verifyLog(folder, { ...options, ...(officer === undefined ? {} : { officer }) });
  return { ...verification, ...(verification.size > 0 ? nameOf(folder) : { origin: '', root: '' }) };
}

function nameOf(folder: string): { readonly origin: string; readonly root: string } {
  const { origin, root } = parseCheckpoint(readFileSync(join(folder, 'checkpoint'), 'utf8'));
  return { origin, root: root.toString('base64') };
}
