import type { Verifier, VerifierVerdict } from './three-verifiers.fixture.ts';

/** A folder whose answer is known. */
export interface Case {
  readonly family: string;
  readonly folder: string;
  readonly isHonest: boolean;
  /** What was done to it. */
  readonly what: string;
}

export interface Wrong {
  readonly case: Case;
  readonly verifier: string;
  readonly verdict: VerifierVerdict;
}

/** What the verifiers got wrong, and where two that were both right differ. */
export interface Graded {
  readonly wrong: readonly Wrong[];
  readonly disagreements: readonly {
    readonly case: Case;
    readonly rules: Readonly<Record<string, readonly string[]>>;
  }[];
}

/** Asks every verifier about every case of one organisation. */
export async function grade(cases: readonly Case[], officer: string, verifiers: readonly Verifier[]): Promise<Graded> {
  const folders = cases.map(({ folder }) => folder);
  const answers: { readonly verifier: string; readonly verdicts: readonly VerifierVerdict[] }[] = [];
  for (const verifier of verifiers)
    answers.push({ verifier: verifier.name, verdicts: await verifier.verify(folders, officer) });
  const verdictsOn = (at: number): [string, VerifierVerdict][] =>
    answers.flatMap(({ verifier, verdicts }) => {
      const verdict = verdicts[at];
      return verdict ? [[verifier, verdict] as [string, VerifierVerdict]] : [];
    });
  return {
    wrong: cases.flatMap((one, at) =>
      verdictsOn(at)
        .filter(([, { ok }]) => ok !== one.isHonest)
        .map(([verifier, verdict]) => ({ case: one, verifier, verdict })),
    ),
    disagreements: cases.flatMap((one, at) => {
      if (verdictsOn(at).some(([, verdict]) => isDamaged(verdict))) return [];
      const rules = verdictsOn(at).map(([verifier, verdict]) => [verifier, rulesOf(verdict)] as const);
      const isSame = rules.every(([, found]) => found.join() === rules[0]?.[1].join());
      return isSame ? [] : [{ case: one, rules: Object.fromEntries(rules) }];
    }),
  };
}

const STRUCTURE: readonly string[] = [
  'keys',
  'officer',
  'checkpoint',
  'checkpoint-root',
  'truncated',
  'tile-readable',
  'tile-hash',
  'bundle-readable',
  'entry-hash',
];

/** What is said of entries that are not those of the log is nobody's to agree on. */
function isDamaged({ findings }: VerifierVerdict): boolean {
  return findings.some(({ rule }) => STRUCTURE.includes(rule));
}

/** `entry rule`, sorted, each once; what has no entry is about a file, which each verifier names in its own way. */
function rulesOf({ findings }: VerifierVerdict): string[] {
  const named = findings.filter(({ entry }) => entry !== undefined).map(({ entry, rule }) => `${entry} ${rule}`);
  return [...new Set(named)].toSorted();
}
