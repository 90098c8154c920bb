import {
  LineCounter,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import type { DocumentPath } from '../error.ts';
import { fileProblem, type Checked, type Problem } from './problem.ts';

export const MAX_FILE_BYTES = 262_144;
const MAX_DEPTH = 32;

/** Plain scalars that YAML 1.1 and 1.2 readers take for different values, or that look like another type than they are. */
const AMBIGUOUS =
  /^(?:y|n|yes|no|on|off|~|null|[+-]?0\d+|[+-]?0[box][\da-f_]+|[+-]?\d+(?::[0-5]?\d)+(?:\.\d*)?|[+-]?\d[\d_]*_[\d_]*|[+-]?\.(?:inf|nan)|[+-]?\d+(?:\.\d*)?e[+-]?\d+|\d{4}-\d\d?-\d\d?)$/i;
const ODD_BOOLEAN = /^(?:True|TRUE|False|FALSE)$/;

/** A parsed YAML document that knows where each of its values stands. */
export interface YamlDocument {
  readonly file: string;
  readonly value: unknown;
  /** Position of the value at `path`, or of its nearest ancestor that exists; with `key`, of that key in it. */
  locate(path: DocumentPath, key?: string): { readonly line: number; readonly column: number };
}

/** Parses the YAML subset that means the same to every reader. */
export function parseYaml(text: string, file: string): Checked<YamlDocument> {
  const refuse = (message: string, remedy: string): Checked<YamlDocument> => ({
    kind: 'problems',
    problems: [fileProblem(file, message, remedy)],
  });
  if (Buffer.byteLength(text) > MAX_FILE_BYTES)
    return refuse(`The file is larger than ${MAX_FILE_BYTES} bytes.`, 'Split it.');
  const counter = new LineCounter();
  let parsed: Document.Parsed;
  try {
    parsed = parseDocument(text, { lineCounter: counter, uniqueKeys: true, strict: true, merge: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse('The document is nested too deeply.', `Keep it below ${MAX_DEPTH} levels.`);
  }
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Problem[] = parsed.errors.map((error) => ({
    file,
    ...at(error.pos[0]),
    message: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''),
    remedy: error.code === 'DUPLICATE_KEY' ? 'Keep one of the two.' : 'Correct the YAML here.',
  }));
  if (problems.length === 0) problems.push(...refusals(parsed, (node) => ({ file, ...at(node.range?.[0] ?? 0) })));
  if (problems.length > 0) return { kind: 'problems', problems };
  return {
    kind: 'valid',
    value: { file, value: parsed.toJS(), locate: (path, key) => at(offsetOf(parsed, path, key)) },
  };
}

function refusals(
  document: Document.Parsed,
  place: (node: Node) => { file: string; line: number; column: number },
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (node: Node, message: string, remedy: string): void => {
    problems.push({ ...place(node), message, remedy });
  };
  visit(document, {
    Node(_key, node, ancestors) {
      if (isAlias(node) || node.anchor)
        refuse(node, 'Anchors and aliases are not allowed.', 'Write the value out; an alias hides what is reviewed.');
      else if (node.tag !== undefined) refuse(node, `The tag ${node.tag} is not allowed.`, 'Remove the tag.');
      if (ancestors.length > MAX_DEPTH * 2) {
        refuse(node, 'The document is nested too deeply.', `Keep it below ${MAX_DEPTH} levels.`);
        return visit.BREAK;
      }
      if (isScalar(node) && node.type === 'PLAIN' && isAmbiguous(node.source ?? ''))
        refuse(
          node,
          `${node.source} means different things to different YAML readers.`,
          `Write true, false or a plain decimal number, or quote it: '${node.source}'.`,
        );
      return undefined;
    },
  });
  return problems;
}

function isAmbiguous(source: string): boolean {
  return AMBIGUOUS.test(source) || ODD_BOOLEAN.test(source);
}

function offsetOf(document: Document.Parsed, path: DocumentPath, key: string | undefined): number {
  let node: unknown = document.contents;
  for (const segment of path) {
    const next: unknown = isCollection(node) ? node.get(segment, true) : undefined;
    if (!isNode(next)) break;
    node = next;
  }
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
    if (pair && isNode(pair.key)) node = pair.key;
  }
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
