import { formatCheckpoint, formatProof, Frontier, leafHash, type PackSource } from '@duovir/ledger';
import { envelopeBytes, signStatement, type Digest } from '@duovir/protocol';
import { ORIGIN, signerOf, TIME, type Organisation } from '../audit/organisation.ts';

const HASH_BYTES = 32;

export type Export = Parameters<PackSource['sign']>[1];

/** What a server answers to an export: its statement, as the next entry of the log, and the proof of that. */
export async function stateExport(
  { keys, log, witness }: Organisation,
  leaves: Buffer,
  manifest: Digest,
  about: Export,
): ReturnType<PackSource['sign']> {
  const predicate = { person: 'auditor', ...about };
  const statement = { kind: 'evidence-export', run: 'duovir', time: TIME, subject: manifest, predicate } as const;
  const envelope = await signStatement(signerOf('server', keys.server), statement);
  const index = leaves.length / HASH_BYTES;
  const tree = frontierOf(leaves);
  tree.append(leafHash(envelopeBytes(envelope)));
  const text = formatCheckpoint({ origin: ORIGIN, size: index + 1, root: tree.root() });
  const checkpoint = `${text}\n${await log.signLine(text)}${await witness.signLine(text)}`;
  return { envelope, proof: formatProof({ index, hashes: peaksOf(leaves).toReversed(), checkpoint }) };
}

/** The perfect subtrees that stand before the next leaf, largest first: its path, from the other end. */
function peaksOf(leaves: Buffer): Buffer[] {
  const peaks: Buffer[] = [];
  for (let at = 0; at < leaves.length;) {
    const width = 2 ** Math.floor(Math.log2((leaves.length - at) / HASH_BYTES)) * HASH_BYTES;
    peaks.push(frontierOf(leaves.subarray(at, at + width)).root());
    at += width;
  }
  return peaks;
}

function frontierOf(leaves: Buffer): Frontier {
  const frontier = new Frontier();
  for (let at = 0; at < leaves.length; at += HASH_BYTES) frontier.append(leaves.subarray(at, at + HASH_BYTES));
  return frontier;
}
