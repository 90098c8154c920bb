import type { Condition, Signature } from './signature-schema.ts';

/** What a failed execution left behind. Untrusted: whoever wrote the output may have meant it for us (Invariant 10). */
export interface Output {
  readonly cause: string;
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Match {
  readonly signature: Signature;
  readonly captures: Readonly<Record<string, string>>;
  /** Lines that show it, control characters removed. */
  readonly evidence: readonly string[];
}

const MAX_STREAM = 65_536;
const MAX_LINE = 1024;
const MAX_CAPTURE = 256;
const MAX_EVIDENCE = 10;
const MAX_EVIDENCE_LINE = 500;
// oxlint-disable-next-line no-control-regex -- terminal control sequences are what is removed
const CONTROL = /\u001b\[[0-9;?]{0,16}[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Caps and cleans the output once, before any pattern sees it. */
export function readable(output: Output): Output {
  return { ...output, stdout: clean(output.stdout), stderr: clean(output.stderr) };
}

function clean(text: string): string {
  return text
    .slice(-MAX_STREAM)
    .replace(CONTROL, '')
    .split('\n')
    .map((line) => line.slice(0, MAX_LINE))
    .join('\n');
}

/** The first signature, by score, that recognises the output. Undefined: nobody knows it (an honest answer). */
export function bestMatch(signatures: readonly Signature[], output: Output): Match | undefined {
  const cleaned = readable(output);
  for (const signature of ranked(signatures)) {
    const match = matchSignature(signature, cleaned);
    if (match) return match;
  }
  return undefined;
}

export function ranked(signatures: readonly Signature[]): readonly Signature[] {
  return signatures.toSorted((left, right) => right.score - left.score || (left.id < right.id ? -1 : 1));
}

/** `output` must have gone through `readable`. */
export function matchSignature(signature: Signature, output: Output): Match | undefined {
  const streams = [output.stderr, output.stdout];
  const isExcepted = signature.match.unless.some((source) => streams.some((text) => pattern(source).test(text)));
  if (isExcepted) return undefined;
  const hits = signature.match.any
    .map((condition) => conditionHits(condition, output))
    .filter((hit) => hit !== undefined);
  if (hits.length === 0) return undefined;
  const found = hits.flat();
  const extracted = signature.extract.flatMap((source) => streams.flatMap((text) => execAll(source, text)));
  return { signature, captures: capturesOf([...found, ...extracted]), evidence: evidenceOf(found, output) };
}

/** Undefined: the condition does not hold. Empty: it holds without any text. */
function conditionHits(condition: Condition, output: Output): RegExpExecArray[] | undefined {
  if (condition.exit && (output.exit === null || !condition.exit.includes(output.exit))) return undefined;
  if (condition.cause && !condition.cause.includes(output.cause)) return undefined;
  const hits: RegExpExecArray[] = [];
  const wanted: readonly (readonly [string | undefined, readonly string[]])[] = [
    [condition.output, [output.stderr, output.stdout]],
    [condition.stderr, [output.stderr]],
    [condition.stdout, [output.stdout]],
  ];
  for (const [source, texts] of wanted) {
    if (source === undefined) continue;
    const found = texts.flatMap((text) => execAll(source, text));
    if (found.length === 0) return undefined;
    hits.push(...found);
  }
  return hits;
}

function execAll(source: string, text: string): RegExpExecArray[] {
  const hit = pattern(source).exec(text);
  return hit ? [hit] : [];
}

const compiled = new Map<string, RegExp>();
function pattern(source: string): RegExp {
  const known = compiled.get(source);
  if (known) return known;
  const made = new RegExp(source, 'mu');
  compiled.set(source, made);
  return made;
}

function capturesOf(hits: readonly RegExpExecArray[]): Record<string, string> {
  const captures: Record<string, string> = {};
  for (const hit of hits)
    for (const [name, value] of Object.entries(hit.groups ?? {}))
      if (value !== undefined && !Object.hasOwn(captures, name)) captures[name] = value.slice(0, MAX_CAPTURE);
  return captures;
}

function evidenceOf(hits: readonly RegExpExecArray[], output: Output): string[] {
  const lines = hits.flatMap((hit) => {
    const start = hit.input.lastIndexOf('\n', hit.index) + 1;
    const next = hit.input.indexOf('\n', hit.index + hit[0].length);
    return hit.input.slice(start, next < 0 ? undefined : next).split('\n');
  });
  const shown = [...new Set(lines.map((line) => line.trim()).filter(Boolean))];
  if (shown.length === 0) shown.push(`cause ${output.cause}, exit ${output.exit ?? 'none'}`);
  return shown.slice(0, MAX_EVIDENCE).map((line) => line.slice(0, MAX_EVIDENCE_LINE));
}
