import { digestOfBytes, type Digest } from '@duovir/protocol';

/** What is kept of a question to recognise it by. Never the question itself. */
export interface QuestionFingerprint {
  /** Of the text with placeholders made equal. */
  readonly exact: Digest;
  /** The smallest hashes of the text's word sequences, in order: a sample that is the same for the same sequences. */
  readonly sketch: readonly number[];
}

const WORDS_IN_SEQUENCE = 3;
const SKETCH_SIZE = 256;

const PLACEHOLDER = /\bZQX_([A-Z]+)_\d+_[0-9A-F]{8}\b/g;
const STAND_IN_HOST = /\bh\d+-[0-9a-z]+\.zqx\.invalid\b/g;
const STAND_IN_IDENTIFIER = /\b([tc])_\d+_[0-9a-z]{6,}\b/g;
const HEXADECIMAL = /\b(?:sha256:)?[0-9a-f]{8,}\b/g;
const NUMBER = /\d+/g;

export function fingerprintOf(question: string): QuestionFingerprint {
  const exact = question
    .replaceAll(PLACEHOLDER, 'ZQX_$1')
    .replaceAll(STAND_IN_HOST, 'host.zqx.invalid')
    .replaceAll(STAND_IN_IDENTIFIER, '$1_')
    .replaceAll(/\s+/g, ' ');
  const words =
    exact
      .toLowerCase()
      .replaceAll(HEXADECIMAL, '#')
      .replaceAll(NUMBER, '0')
      .match(/[\p{L}\p{N}#_]+/gu) ?? [];
  return { exact: digestOfBytes(exact), sketch: sketchOf(words) };
}

/** Estimated share of word sequences that two questions have in common (Jaccard, by their smallest hashes). */
export function similarity(left: QuestionFingerprint, right: QuestionFingerprint): number {
  if (left.exact === right.exact) return 1;
  const [ours, theirs] = [new Set(left.sketch), new Set(right.sketch)];
  const sample = [...ours.union(theirs)].toSorted((one, other) => one - other).slice(0, SKETCH_SIZE);
  if (sample.length === 0) return 0;
  return sample.filter((hash) => ours.has(hash) && theirs.has(hash)).length / sample.length;
}

function sketchOf(words: readonly string[]): readonly number[] {
  const hashes = new Set<number>();
  for (let first = 0; first <= Math.max(0, words.length - WORDS_IN_SEQUENCE); first += 1)
    hashes.add(fnv1a(words.slice(first, first + WORDS_IN_SEQUENCE).join(' ')));
  return [...hashes].toSorted((left, right) => left - right).slice(0, SKETCH_SIZE);
}

/** FNV-1a, 32 bits: spreads well, and nobody gains by a collision but a false alarm. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
