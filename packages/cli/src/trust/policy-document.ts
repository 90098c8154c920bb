import { isAlias, isMap, isNode, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { trustPolicySchema, type TrustPolicy } from '@duovir/protocol';
import { CliError } from '../error.ts';

/** Far more than a signed policy may hold. */
const MOST_BYTES = 262_144;
const SHOWN_FLAWS = 5;
const REMEDY = 'Correct the file; docs/reference/trust-policy.schema.json says what may stand where.';

/** What a document may leave out, and the signature then settles. */
export type Settled = Pick<TrustPolicy, 'version' | 'issuedAt' | 'supersedes'>;

/** A trust policy as people write it. */
export interface PolicyDocument {
  readonly file: string;
  readonly yaml: Document.Parsed;
  readonly lines: LineCounter;
}

/**
 * Parses the part of YAML in which a document says what its reader sees: no anchors, aliases or tags, no key twice. JSON is
 * YAML as well.
 */
export function parsePolicyDocument(text: string, file: string): PolicyDocument {
  if (Buffer.byteLength(text) > MOST_BYTES) throw invalid(file, `it has more than ${MOST_BYTES} bytes`);
  const lines = new LineCounter();
  const yaml = parsed(text, file, lines);
  const [error] = yaml.errors;
  if (error) throw invalid(file, (error.message.split('\n')[0] ?? 'unknown').replace(/:$/, ''));
  visit(yaml, {
    Node(_key, node) {
      if (isAlias(node) || node.anchor !== undefined) throw invalid(file, 'anchors and aliases hide what is signed');
      if (node.tag !== undefined) throw invalid(file, `the tag ${node.tag} is not allowed`);
    },
  });
  if (!isMap(yaml.contents)) throw invalid(file, 'it is no mapping');
  return { file, yaml, lines };
}

/** The policy of the document. What it leaves out of `settled` is taken from there; no login and no break-glass is none. */
export function policyOf({ file, yaml, lines }: PolicyDocument, settled: Settled): TrustPolicy {
  const written = yaml.toJS() as object;
  const policy = trustPolicySchema.safeParse({ login: null, breakGlass: null, ...settled, ...written });
  if (policy.success) return policy.data;
  const flaws = policy.error.issues.slice(0, SHOWN_FLAWS).map(({ path, message }) => {
    const place = path.length === 0 ? 'the document' : path.join('.');
    return `line ${lineOf(yaml, lines, path)}, ${place}: ${message}`;
  });
  throw invalid(file, flaws.join('; '), policy.error);
}

function parsed(text: string, file: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { uniqueKeys: true, strict: true, merge: false, lineCounter });
  } catch (cause) {
    // The parser gives up on what is nested too deeply.
    throw invalid(file, 'it cannot be read as YAML', cause);
  }
}

/** Of the value, or of the nearest one around it that exists. */
function lineOf(yaml: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function invalid(file: string, why: string, cause?: unknown): CliError {
  return new CliError('usage', `${file} is no trust policy: ${why}.`, REMEDY, cause);
}
