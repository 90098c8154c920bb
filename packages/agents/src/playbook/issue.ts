import type * as z from 'zod';
import type { DocumentPath } from '../error.ts';
import type { Problem } from './problem.ts';
import type { YamlDocument } from './yaml-document.ts';

/** Turns what a schema refuses into problems with a place and a remedy. */
export function problemsOf(document: YamlDocument, error: z.ZodError, schemaFile: string): Problem[] {
  return error.issues.flatMap((issue) => fromIssue(document, issue, [], schemaFile));
}

function fromIssue(
  document: YamlDocument,
  issue: z.core.$ZodIssue,
  before: DocumentPath,
  schemaFile: string,
): Problem[] {
  const path = [...before, ...issue.path.filter((part) => typeof part !== 'symbol')];
  const file = document.file;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      file,
      ...document.locate(path, key),
      message: `Unknown field ${key}${path.length > 0 ? ` in ${path.join('.')}` : ''}.`,
      remedy: `Remove it or correct its spelling; ${schemaFile} lists the fields.`,
    }));
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.toSorted((left, right) => weight(left) - weight(right));
    const [nearest] = branches;
    if (nearest && nearest.length > 0) return nearest.flatMap((inner) => fromIssue(document, inner, path, schemaFile));
  }
  const name = path.join('.') || 'The document';
  return [
    {
      file,
      ...document.locate(path),
      message: `${name}: ${issue.message}.`.replace(/\.\.$/, '.'),
      remedy: remedyFor(issue, schemaFile),
    },
  ];
}

/** The branch that fails least is the one that was meant. */
function weight(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'invalid_type' && issue.path.length === 0 ? 100 : 1), 0);
}

function remedyFor(issue: z.core.$ZodIssue, schemaFile: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Write a value of type ${issue.expected} here.`;
    case 'invalid_value':
      return `Write one of: ${issue.values.map(String).join(', ')}.`;
    case 'too_small':
    case 'too_big':
      return 'Bring it into the allowed range.';
    default:
      return `Compare with ${schemaFile}.`;
  }
}
