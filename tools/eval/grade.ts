/** What one answer of one case came to. */
export interface Grade {
  readonly passed: boolean;
  /** Neither right nor wrong: no answer, an abstention, or a question where a plan was expected. */
  readonly abstained: boolean;
  readonly why: string;
}

/** Passed if nothing is against it. */
export function grade(complaints: readonly string[]): Grade {
  return { passed: complaints.length === 0, abstained: false, why: complaints.join(' ') };
}

export function abstained(why: string): Grade {
  return { passed: false, abstained: true, why };
}

/** What of the expected texts is not there, and what is there that should not be. */
export function complaintsAbout(
  text: string,
  { contains, lacks }: { readonly contains: readonly string[]; readonly lacks: readonly string[] },
): string[] {
  return [
    ...contains.filter((pattern) => !new RegExp(pattern).test(text)).map((pattern) => `It lacks ${pattern}.`),
    ...lacks.filter((pattern) => new RegExp(pattern).test(text)).map((pattern) => `It has ${pattern}.`),
  ];
}
