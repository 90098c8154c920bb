import type { SensitiveSpan } from './finding.ts';
import { isIdentifier } from './identifier-shape.ts';
import { asksToBeReplaced, isPlaceholder } from './placeholder-shape.ts';
import { looksRandom } from './randomness.ts';
import { strengthOf, type NameStrength } from './secret-name.ts';

/** A line as structured data is shown to models: `[/inputs/dbPassword] …`, or nothing and lines after `| `. */
const LINE = /^\[(?<path>\/[^\]\n]{1,256})\](?: (?<value>[^\n]{1,65536}))?$/gm;
const MORE = /\n\| (?<value>[^\n]{0,65536})/y;
const INDEX = /^\d+$/;
/** Names that only say that something is the value of what stands above. */
const OF_ABOVE = new Set(['value', 'default', 'const', 'example']);
const FLAG = /^--?(?<name>[a-z][\w-]{1,64})$/i;
const NO_SECRET = /^(?:true|false|null|\{\}|\[\]|(?:\.{0,2}\/|~\/)[\w./~-]*)$/;
const SHORTEST_MAYBE = 8;

/** Values of structured data whose pointer says what they are, and those of Kubernetes Secrets. */
export function pointedSecretsIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  const manifests = new Set<string>();
  let named = { path: '', name: '' };
  let flagged = { path: '', name: '' };
  for (const match of text.matchAll(LINE)) {
    const { path = '', value } = match.groups ?? {};
    const segments = path.split('/');
    const above = segments.slice(0, -1).join('/');
    const last = segments.at(-1) ?? '';
    if (last === 'kind' && value === 'Secret') manifests.add(above);
    if ((last === 'name' || last === 'key') && value !== undefined) named = { path: above, name: value };
    const name = INDEX.test(last) && flagged.path === above ? flagged.name : nameAt(segments, named);
    const strength = isInSecret(segments, manifests) ? 'secret' : strengthOf(name);
    // `--password` and what follows it are two arguments.
    flagged = { path: above, name: FLAG.exec(value ?? '')?.groups?.['name'] ?? '' };
    if (strength === 'none') continue;
    const end = match.index + match[0].length;
    const places = value === undefined ? linesAfter(text, end) : [{ start: end - value.length, end }];
    for (const place of places) spans.push(...secretAt(text, place, strength));
  }
  return spans;
}

/** The name a value stands under: of `{name: DB_PASSWORD, value: …}`, as containers have their environment, that one. */
function nameAt(segments: readonly string[], named: { readonly path: string; readonly name: string }): string {
  const names = segments.filter((segment) => segment !== '' && !INDEX.test(segment));
  const last = names.at(-1) ?? '';
  if (!OF_ABOVE.has(last)) return last;
  return last === 'value' && segments.slice(0, -1).join('/') === named.path ? named.name : (names.at(-2) ?? '');
}

function isInSecret(segments: readonly string[], manifests: ReadonlySet<string>): boolean {
  const at = segments.findLastIndex((segment) => segment === 'data' || segment === 'stringData');
  return at > 0 && at < segments.length - 1 && manifests.has(segments.slice(0, at).join('/'));
}

function* linesAfter(text: string, from: number): Generator<{ start: number; end: number }> {
  for (let at = from; ;) {
    MORE.lastIndex = at;
    const match = MORE.exec(text);
    if (!match) return;
    at += match[0].length;
    yield { start: at - (match.groups?.['value']?.length ?? 0), end: at };
  }
}

function secretAt(text: string, place: { start: number; end: number }, strength: NameStrength): SensitiveSpan[] {
  const value = text.slice(place.start, place.end);
  if (value.trim() === '' || NO_SECRET.test(value) || isPlaceholder(value)) return [];
  const isRandom = looksRandom(value) && !isIdentifier(value);
  if (strength === 'maybe' && !(isRandom && value.length >= SHORTEST_MAYBE)) return [];
  const tier = isRandom && !asksToBeReplaced(value) ? 'block' : 'redact';
  return [{ ...place, kind: 'secret', rule: `pointed-${strength}`, tier }];
}
