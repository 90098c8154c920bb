import type { SensitiveSpan } from './finding.ts';
import { KeywordAutomaton } from './keyword-automaton.ts';
import { entropy, looksRandom } from './randomness.ts';
import { isPlaceholder } from './placeholder-shape.ts';
import rules from './provider-rules.json' with { type: 'json' };

interface ProviderRule {
  readonly id: string;
  readonly pattern: RegExp;
  readonly entropy: number;
  readonly group: number | undefined;
  readonly allowed: readonly RegExp[];
  /** The name of a provider beside a value of plain shape proves less than a key with its own prefix. */
  readonly isContextual: boolean;
}

interface RuleSource {
  readonly id: string;
  readonly pattern: string;
  readonly ignoreCase?: boolean;
  readonly keywords: readonly string[];
  readonly entropy?: number;
  readonly group?: number;
  readonly allow?: readonly string[];
}

/** How far a key may begin before its keyword and reach after it; no rule takes more than 2100 characters. */
const BEFORE = 96;
const LONGEST_KEY = 2_100;
const AFTER = 2 * LONGEST_KEY;

const sources: readonly RuleSource[] = rules;
const providerRules: readonly ProviderRule[] = sources.map((rule) => ({
  id: rule.id,
  pattern: new RegExp(rule.pattern, rule.ignoreCase === true ? 'gi' : 'g'),
  entropy: rule.entropy ?? 0,
  group: rule.group,
  allowed: (rule.allow ?? []).map((pattern) => new RegExp(pattern)),
  isContextual: rule.pattern.includes(String.raw`[ \t\w.-]{0,20}`),
}));
const keywords = [...new Set(sources.flatMap((rule) => rule.keywords))];
const rulesOfKeyword = keywords.map((keyword) =>
  providerRules.filter((_, index) => sources[index]?.keywords.includes(keyword)),
);
const automaton = new KeywordAutomaton(keywords);

/** Keys of known providers, by a rule set that names their shapes. A rule runs only around one of its keywords. */
export function providerKeysIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  const scannedTo = new Map<ProviderRule, number>();
  automaton.scan(text, (keyword, start) => {
    for (const rule of rulesOfKeyword[keyword] ?? []) {
      const from = Math.max(start - BEFORE, 0);
      // Each stretch of the text is read once by a rule, however often its keyword stands in it.
      if (start < (scannedTo.get(rule) ?? 0) - LONGEST_KEY) continue;
      scannedTo.set(rule, start + AFTER);
      spans.push(...matches(rule, text.slice(from, start + AFTER), from));
    }
  });
  return spans;
}

function* matches(rule: ProviderRule, window: string, offset: number): Generator<SensitiveSpan> {
  for (const match of window.matchAll(rule.pattern)) {
    const value = secretOf(rule, match);
    if (entropy(value) <= rule.entropy || isPlaceholder(value)) continue;
    if (rule.allowed.some((allowed) => allowed.test(value))) continue;
    const start = offset + match.index + match[0].lastIndexOf(value);
    const tier = rule.isContextual && !looksRandom(value) ? 'redact' : 'block';
    yield { start, end: start + value.length, kind: 'secret', rule: rule.id, tier };
  }
}

function secretOf(rule: ProviderRule, match: RegExpExecArray): string {
  const value = rule.group === undefined ? match.slice(1).find(Boolean) : match[rule.group];
  return value ?? match[0];
}
