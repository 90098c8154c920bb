import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createProgram } from '../program.ts';
import { recordSession } from '../session.fixture.ts';
import { commandTree } from './command-tree.ts';
import { completionScript } from './shells.ts';

const tree = commandTree(await createProgram(recordSession()));

/** What bash offers behind these words. */
function complete(...words: string[]): string[] {
  const script = `${completionScript('bash', tree)}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _duovir; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

test('bash completes nouns, verbs and options', () => {
  expect(complete('duovir', 'u')).toEqual(['up']);
  expect(complete('duovir', 'run', 'ca')).toEqual(['cancel']);
  expect(complete('duovir', 'run', 'start', '--pl')).toEqual(['--playbook']);
  expect(complete('duovir', 'run', 'start', '--environment', 'pr')).toEqual(['production']);
  expect(complete('duovir', 'completion', 'z')).toEqual(['zsh']);
});

test('options behind an option of the whole program are still completed', () => {
  expect(complete('duovir', '--json', 'run', 'li')).toEqual(['list']);
});

test('every command is in every script', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    for (const word of ['approval', 'reject', 'export', '--occupy'].map((each) => each.replace(/^--/, '')))
      expect(completionScript(shell, tree)).toContain(word);
});
