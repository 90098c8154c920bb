import { globSync } from 'node:fs';

/** Code spans that begin with a folder or file of this repository. */
const PATH = /`((?:packages|tests|tools|docs|bench|examples|packs|\.ci)\/[^`\s]*)`/g;

/** Paths a document names that do not exist. `*` and `{a,b}` in them mean what they mean to a shell. */
export function missingPaths(text: string, root: string): readonly string[] {
  const named = new Set([...text.matchAll(PATH)].map(([, path = '']) => path.replace(/[:#].*$/, '')));
  return [...named].filter((path) => !path.includes('<') && globSync(path, { cwd: root }).length === 0);
}
