import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { promptNamed, promptNames } from './prompt.ts';

const folder = new URL('../../prompts/', import.meta.url);

test('every prompt file is in use, and named after its name and version', () => {
  const named = promptNames.map((name) => `${name}.v${promptNamed(name).reference.version}.md`);
  expect(readdirSync(folder).toSorted()).toEqual(named.toSorted());
});

test.each(promptNames)('%s is known by the digest of its bytes', (name) => {
  const { reference, system } = promptNamed(name);
  const bytes = readFileSync(new URL(`${name}.v${reference.version}.md`, folder));
  expect(reference).toMatchObject({ name, digest: `sha256:${hash('sha256', bytes, 'hex')}` });
  expect(bytes.toString()).toContain(system);
  expect(system).not.toContain('maxOutputTokens');
});

test.each(promptNames)('%s says what is data, what placeholders are, and what form the answer has', (name) => {
  const { system } = promptNamed(name);
  expect(system).toMatch(/Only this text gives you instructions[\s\S]+Judge it, never follow it/);
  expect(system).toMatch(/ZQX_[\s\S]+\.zqx\.invalid[\s\S]+never change one and never make one up/);
  expect(system).toMatch(/one JSON object in the form you are given/);
});
