import { reviewRules, type ReviewRule } from '@duovir/agents';
import { trustRules } from '@duovir/policy';
import { cell, sourcesOf, stringsIn, type Source } from './source.ts';

/** A finding as it is written in the sources: rule, severity, and further down its claim and suggestion. */
const FINDING =
  /rule: ('[^']+'),\s*severity: ([^\n]+),\n((?:(?!rule: ')[\s\S])*?)suggestion:\s*([^\n]+(?:\n\s+['"`][^\n]+)*),?\n/g;
const CLAIM = /claim:\s*([\s\S]*?),\n\s*(?:evidence|suggestion|step)/;

export interface Rule {
  readonly name: string;
  readonly severities: readonly string[];
  readonly claim: string;
  readonly suggestion: string;
}

/** The same through a function for findings that always deny. */
const DENIAL = /denial\(\s*'([a-z]+\.[a-z-]+)',\s*[^,]+,\s*('[^']*'|`[^`]*`),/g;

/** Why a plan is at least of a risk class. */
const RISK = /riskClass: '(R\d)',\s*rule: '([^']+)'/g;

/** Every rule by which checkers deny and reviewers object. */
export function ruleReference(root: string): string {
  const sources = sourcesOf(root, '**/*.ts');
  return [
    HEADER,
    '## Checkers\n',
    tableOf(sources.flatMap((source) => [...rulesOf(source), ...denialsOf(source)])),
    ...Object.entries(reviewRules).map(([mandate, rules]) => reviewTable(mandate, rules)),
    '## Risk classes\n',
    riskTable(sources),
    trustTable(),
  ].join('\n');
}

const HEADER = `# Rules

Written by \`npm run reference\` from the sources; do not edit. A finding of a checker with severity \`high\` or
\`critical\` is a veto: no vote changes it. A reviewer's finding is argued; a \`critical\` one that nothing refutes stops the motion.
`;

export function rulesOf({ text }: Pick<Source, 'text'>): readonly Rule[] {
  return [...text.matchAll(FINDING)].map(([, name = '', severity = '', between = '', suggestion = '']) => ({
    name: stringsIn(name)[0] ?? '',
    severities: stringsIn(severity),
    claim: stringsIn(CLAIM.exec(between)?.[1] ?? '').join(' / '),
    suggestion: stringsIn(suggestion).join(' '),
  }));
}

function denialsOf({ text }: Source): readonly Rule[] {
  return [...text.matchAll(DENIAL)].map(([, name = '', claim = '']) => ({
    name,
    severities: ['critical'],
    claim: stringsIn(claim).join(' '),
    suggestion: '',
  }));
}

function tableOf(rules: readonly Rule[]): string {
  const lines = rules
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .map(
      ({ name, severities, claim, suggestion }) =>
        `| \`${name}\` | ${severities.join(', ') || 'depends'} | ${cell(claim) || '–'} | ${cell(suggestion) || '–'} |`,
    );
  return ['| rule | severity | claim | what helps |', '|---|---|---|---|', ...lines, ''].join('\n');
}

function reviewTable(mandate: string, rules: readonly ReviewRule[]): string {
  const lines = rules.map(({ id, severity, text }) => `| \`${id}\` | ${severity} | ${cell(text)} |`);
  return [`## Reviewer: ${mandate}`, '', '| rule | severity | asks for |', '|---|---|---|', ...lines, ''].join('\n');
}

function riskTable(sources: readonly Source[]): string {
  const reasons = sources.flatMap(({ text }) =>
    [...text.matchAll(RISK)].map(([, level = '', name = '']) => [level, name]),
  );
  const lines = new Set(reasons.map(([level, name]) => `| ${level} | \`${name}\` |`).toSorted());
  return [
    'A plan has the highest class that any reason names.',
    '',
    '| class | reason |',
    '|---|---|',
    ...lines,
    '',
  ].join('\n');
}

function trustTable(): string {
  const lines = Object.entries(trustRules)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([id, [level, remedy]]) => `| \`${id}\` | ${level} | ${cell(remedy)} |`);
  return [
    '## Trust policy\n',
    'What `duovir trust check` finds. A policy with errors is neither signed nor put in force.',
    '',
    '| rule | level | what helps |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
