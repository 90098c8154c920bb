/** Something wrong in a file that people write, with what to do about it. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

/** What a check gives: the thing itself, or everything that is wrong with it. */
export type Checked<Value> =
  | { readonly kind: 'valid'; readonly value: Value }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

export function checked<Value>(value: Value, problems: readonly Problem[]): Checked<Value> {
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'valid', value };
}

/** A problem of a file as a whole. */
export function fileProblem(file: string, message: string, remedy: string): Problem {
  return { file, line: 1, column: 1, message, remedy };
}

export function formatProblem({ file, line, column, message, remedy }: Problem): string {
  return `${file}:${line}:${column}: ${message}\n    ${remedy}`;
}
