/** The thing was not there, or went away while we looked: a fact about processes and files, not a failure. */
export function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH';
}
