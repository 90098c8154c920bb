import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  auditTree,
  cosignatureMessage,
  ed25519Holds,
  levelShapes,
  LogDirectory,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseProof,
  parseVkey,
  parseWitnessPolicy,
  satisfiesQuorum,
  tilePath,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from '@duovir/ledger';
import { canonicalJson, DuovirError } from '@duovir/protocol';
import type { CaseOf, LedgerCase } from './case.ts';
import { holdsDsse } from './dsse.ts';
import { doubleOf, hashOfNumbers } from './number-sequence.ts';
import { readVector } from './vector-file.ts';

/** What the product answered. `accepted` also means that every value given by the case is the one it found. */
export type Answer = 'accepted' | 'refused' | 'other-value';

/** Signature types of signed-note, as numbers. */
const SIGNATURE_TYPE = { log: 1, witness: 4 } as const;

const same = (pairs: readonly (readonly [unknown, unknown])[]): Answer =>
  pairs.every(([expected, found]) => expected === undefined || expected === found) ? 'accepted' : 'other-value';
const when = (holds: boolean): Answer => (holds ? 'accepted' : 'refused');

async function gradeLog(folder: string, one: CaseOf<'tlog'> | CaseOf<'checkpoint-of-tlog'>): Promise<Answer> {
  const file = one.kind === 'tlog' ? join(one.dir, 'checkpoint') : one.file;
  const note = await readFile(join(folder, file), 'utf8');
  const [logVkey = '', ...witnessVkeys] = one.vkeys;
  const checkpoint = openCheckpoint(note, { logVkey, witnessVkeys, quorum: witnessVkeys.length });
  const audit = await auditTree(new LogDirectory(join(folder, one.dir)), [{ ...checkpoint, file }]);
  return audit.findings.length > 0 || !audit.isIntact ? 'refused' : same([[one.size, checkpoint.size]]);
}

async function gradeJson(folder: string, one: CaseOf<'jcs'>): Promise<Answer> {
  const text = one.text ?? (await readFile(join(folder, one.file ?? ''), 'utf8'));
  const bytes = Buffer.from(canonicalJson(JSON.parse(text)));
  if (one.output === undefined) return 'accepted';
  return bytes.equals(await readFile(join(folder, one.output))) ? 'accepted' : 'other-value';
}

function gradeNumber({ bits, text }: CaseOf<'jcs-number'>): Answer {
  return same([[text, canonicalJson(doubleOf(BigInt(`0x${bits}`)))]]);
}

function gradeCosignature(one: CaseOf<'cosignature-verify'>): Answer {
  const signature = openNote(one.note, one.vkeys).signatures.find(({ kind }) => kind === 'witness');
  return signature?.kind === 'witness' ? same([[one.time, signature.seconds]]) : 'refused';
}

function gradeVkey(one: CaseOf<'vkey-parse'>): Answer {
  const key = parseVkey(one.vkey);
  return same([
    [one.name, key.name],
    [one.keyId, key.id.toString('hex')],
    [one.signatureType, SIGNATURE_TYPE[key.purpose]],
    [one.publicKey, key.rawKey.toString('hex')],
  ]);
}

function gradeProof(one: CaseOf<'proof-layout'>): Answer {
  const proof = parseProof(one.text);
  const checkpoint = parseCheckpoint(proof.checkpoint);
  return same([
    [one.index, proof.index],
    [one.hashes, proof.hashes.length],
    [one.origin, checkpoint.origin],
    [one.size, checkpoint.size],
  ]);
}

function gradeCheckpoint(one: CaseOf<'checkpoint-parse'>): Answer {
  const { origin, size, root } = parseCheckpoint(one.note);
  return same([
    [one.origin, origin],
    [one.size, size],
    [one.rootHex, root.toString('hex')],
  ]);
}

function gradeQuorum(one: CaseOf<'policy-quorum'>): Answer {
  const { quorum } = parseWitnessPolicy(one.policy);
  return same(one.table.map(({ cosigned, valid }) => [valid, satisfiesQuorum(quorum, new Set(cosigned))]));
}

function gradeSignature({ key, message, signature }: CaseOf<'ed25519'>): Answer {
  const [rawKey, bytes, signed] = [key, message, signature].map((hex) => Buffer.from(hex, 'hex'));
  return when(
    rawKey !== undefined && bytes !== undefined && signed !== undefined && ed25519Holds(rawKey, bytes, signed),
  );
}

async function ask(folder: string, one: LedgerCase): Promise<Answer> {
  switch (one.kind) {
    case 'inclusion': {
      const vector = await readVector(folder, one);
      verifyInclusion(vector.leafIdx, vector.treeSize, vector.leafHash, vector.proof, vector.root);
      return 'accepted';
    }
    case 'consistency': {
      const vector = await readVector(folder, one);
      verifyConsistency(vector.size1, vector.size2, vector.proof, vector.root1, vector.root2);
      return 'accepted';
    }
    case 'subtree-inclusion': {
      const vector = await readVector(folder, one);
      verifySubtreeInclusion(vector.leafIdx, vector, vector.leafHash, vector.proof, vector.root);
      return 'accepted';
    }
    case 'subtree-consistency': {
      const vector = await readVector(folder, one);
      verifySubtreeConsistency(vector, vector.size, vector.proof, vector.root1, vector.root2);
      return 'accepted';
    }
    case 'tlog':
    case 'checkpoint-of-tlog':
      return gradeLog(folder, one);
    case 'ed25519':
      return gradeSignature(one);
    case 'jcs':
      return gradeJson(folder, one);
    case 'jcs-number':
      return gradeNumber(one);
    case 'jcs-numbers': {
      const beginning = await readFile(join(folder, one.file), 'utf8');
      return same([[one.sha256, hashOfNumbers(beginning.trim().split('\n'), one.lines)]]);
    }
    case 'dsse':
      return when(holdsDsse(one));
    case 'note-verify':
      openNote(one.note, one.vkeys);
      return 'accepted';
    case 'cosignature-verify':
      return gradeCosignature(one);
    case 'checkpoint-parse':
      return gradeCheckpoint(one);
    case 'policy-parse':
      parseWitnessPolicy(one.policy);
      return 'accepted';
    case 'policy-quorum':
      return gradeQuorum(one);
    case 'tile-path':
      return same([[one.path, tilePath(one)]]);
    case 'tile-set':
      return same([[JSON.stringify(one.tiles), JSON.stringify(levelShapes(one.size))]]);
    case 'vkey-parse':
      return gradeVkey(one);
    case 'cosignature-message':
      return same([[one.message, cosignatureMessage(one.timestamp, one.checkpointText).toString()]]);
    case 'proof-layout':
      return gradeProof(one);
  }
}

/** Any refusal must be one of the product's own errors: a crash is no verdict and is passed on. */
export async function answerCase(folder: string, one: LedgerCase): Promise<Answer> {
  try {
    return await ask(folder, one);
  } catch (error) {
    if (error instanceof DuovirError) return 'refused';
    throw error;
  }
}
