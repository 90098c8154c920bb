/** Shorter ones are words, indexes and ports. */
const SHORTEST = 20;
const RUN = /[A-Za-z0-9+_=-]{20,}/g;
/** Bits for each character. Random letters and digits have more than 3.6 at this length, words and identifiers less. */
const LEAST_ENTROPY = 3.4;
/** Of neighbours of different kinds: 0.62 in random base 62, 0.47 in random hex, and about 0.2 in names that people make. */
const LEAST_CHANGES = 0.36;

/** Whether a place in a document, as people name places, could rather be a key or a token. */
export function looksRandom(text: string): boolean {
  return (text.match(RUN) ?? []).some((run) => run.length >= SHORTEST && isRandom(run));
}

function isRandom(run: string): boolean {
  return /\d/.test(run) && changesIn(run) >= LEAST_CHANGES && entropyOf(run) >= LEAST_ENTROPY;
}

function changesIn(run: string): number {
  let changes = 0;
  for (let at = 1; at < run.length; at += 1) if (kindAt(run, at) !== kindAt(run, at - 1)) changes += 1;
  return changes / (run.length - 1);
}

function kindAt(run: string, at: number): 'digit' | 'upper' | 'lower' | 'sign' {
  const code = run.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return 'digit';
  if (code >= 0x41 && code <= 0x5a) return 'upper';
  return code >= 0x61 && code <= 0x7a ? 'lower' : 'sign';
}

function entropyOf(run: string): number {
  const counts = new Map<string, number>();
  for (const character of run) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / run.length) * Math.log2(count / run.length);
  return bits;
}
