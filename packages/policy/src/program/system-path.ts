const systemDirectories =
  /^(?:\/usr(?:\/local)?)?\/s?bin\/[^/]+$|^\/usr\/lib\/postgresql\/\d{1,2}\/bin\/[^/]+$|^\/usr\/lib\/nginx\/[^/]+$/;

/** A bare name is looked up in the runner's fixed PATH; a path must lead to where the distribution puts programs. */
export function isSystemProgram(path: string): boolean {
  return !path.includes('/') || systemDirectories.test(path);
}
