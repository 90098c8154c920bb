import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorRows } from './errors.ts';
import { ruleReference, rulesOf } from './rules.ts';
import { sourcesOf } from './source.ts';
import { descriptionsIn, statementReference } from './statements.ts';

const ROOT = join(import.meta.dirname, '../..');

test('codes, consequences and remedies are read from one table or from several', () => {
  const table = `const solutions = {\n  'note-malformed': [\n    'refuse',\n    'Ask again.',\n  ],\n  lost: ['retry', "Wait, it's back soon."],\n};`;
  expect(errorRows({ text: table })).toEqual([
    { code: 'lost', consequence: 'retry', remedy: "Wait, it's back soon." },
    { code: 'note-malformed', consequence: 'refuse', remedy: 'Ask again.' },
  ]);
  const apart = `export type XErrorCode =\n  /** Why. */\n  | 'a-b'\n  | 'c';\nconst consequences = {\n  'a-b': 'ask-person',\n};`;
  expect(errorRows({ text: apart })).toEqual([
    { code: 'a-b', consequence: 'ask-person', remedy: '' },
    { code: 'c', consequence: 'refuse', remedy: '' },
  ]);
});

test('a finding is read with what a template inserts left open', () => {
  const text = `findings.push({\n  rule: 'floor.path',\n  severity: 'high',\n  claim: \`\${quote(path)} is outside.\`,\n  evidence,\n  suggestion: 'Stay inside.',\n});`;
  expect(rulesOf({ text })).toEqual([
    { name: 'floor.path', severities: ['high'], claim: '… is outside.', suggestion: 'Stay inside.' },
  ]);
});

test('no rule of a checker or reviewer is missing from the reference', () => {
  const reference = ruleReference(ROOT);
  const names = sourcesOf(ROOT, '**/*.ts').flatMap(({ text }) =>
    [...text.matchAll(/rule: '([a-z-]+\.[a-z-]+)'/g)].map(([, name]) => name),
  );
  expect(names.filter((name) => !reference.includes(`\`${name}\``))).toEqual([]);
});

test('kinds of entries are described by the comments above them and above their fields', () => {
  const source = `export const x = {
  /**
   * subject: the plan.
   * From here on.
   */
  motion: z.strictObject({
    kind: y,
    counted: z.strictObject({ a: b }),
    /** Which one
     * it was. */
    previous: y,
  }),
  'log-stop': z.strictObject({}),
  /** subject: the stop. */
  'stop-lift': z.strictObject({ person }),
};`;
  expect(descriptionsIn(source)).toEqual(
    new Map([
      ['motion', { text: 'subject: the plan. From here on.', fields: new Map([['previous', 'Which one it was.']]) }],
      ['log-stop', { text: undefined, fields: new Map() }],
      ['stop-lift', { text: 'subject: the stop.', fields: new Map() }],
    ]),
  );
});

test('most kinds of entries are described in the published schema', () => {
  const { $defs } = JSON.parse(statementReference(ROOT)) as { $defs: Record<string, { description?: string }> };
  const described = Object.values($defs).filter(({ description }) => description !== undefined);
  expect(described.length).toBeGreaterThan(Object.keys($defs).length * 0.8);
  expect($defs['urn:duovir:blob-shred:v1']?.description).toMatch(/^subject: the commitment/);
});
