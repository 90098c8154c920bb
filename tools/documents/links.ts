import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LINK = /\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)/g;

/** Relative links of a document to files that do not exist. */
export function brokenLinks(text: string, document: string): readonly string[] {
  return [...text.matchAll(LINK)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(join(dirname(document), target)));
}
