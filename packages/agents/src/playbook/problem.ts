/** Something wrong in a file that people write, with what to do about it. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

export function formatProblem({ file, line, column, message, remedy }: Problem): string {
  return `${file}:${line}:${column}: ${message}\n    ${remedy}`;
}
