import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Catalogue, nameOf } from '../planner/choice.ts';
import { loadPacks, type Pack } from './pack.ts';
import { checkPack, checkPlaybookFile } from './pack-check.ts';
import { bestMatch } from '../signature/match.ts';
import { formatProblem } from './problem.ts';

const folder = fileURLToPath(new URL('../../../../packs', import.meta.url));
const packs = loadPacks(folder);
const catalogue = new Catalogue(packs);

function copy(): string {
  const place = mkdtempSync(join(tmpdir(), 'duovir-packs-'));
  cpSync(folder, place, { recursive: true });
  return place;
}

test('the packs of the product are sound', () => {
  expect(packs.map(({ id }) => id)).toEqual(['core', 'kubernetes', 'nginx', 'postgres', 'redis', 'service']);
  for (const { id } of packs) expect(checkPack(join(folder, id)).map(formatProblem)).toEqual([]);
});

const cases = packs.flatMap((pack) => pack.tests.map((each) => ({ ...each, pack: pack.id })));
test.each(cases)('$pack: $goal', ({ goal, inputs, expect: expected }) => {
  const choice = catalogue.choose({ goal, inputs });
  if ('refused' in expected) {
    expect(choice).toMatchObject({ kind: 'refused', reason: expected.refused });
    return;
  }
  if (choice.kind !== 'chosen') throw new Error(choice.explanation);
  expect(nameOf(choice.known)).toBe(expected.playbook);
  expect(choice.inputs).toMatchObject(expected.inputs);
});

const digest = (place: string): string | undefined =>
  loadPacks(place).find(({ id }: Pack) => id === 'postgres')?.digest;

test('the digest follows what a pack means, not how it is written', () => {
  const place = copy();
  const file = join(place, 'postgres', 'playbooks', 'cluster.yaml');
  const before = digest(place);
  writeFileSync(file, `# another comment\n${readFileSync(file, 'utf8')}`);
  expect(digest(place)).toBe(before);
  writeFileSync(file, readFileSync(file, 'utf8').replace('shared_buffers = 32MB', 'shared_buffers = 64MB'));
  expect(digest(place)).not.toBe(before);
});

test('one bad file refuses the whole catalogue, and every problem is listed with its place', () => {
  const place = copy();
  const playbook = join(place, 'redis', 'playbooks', 'cluster.yaml');
  const manifest = join(place, 'nginx', 'pack.yaml');
  writeFileSync(playbook, readFileSync(playbook, 'utf8').replace('busPort:', 'busport: yes\n  busPort:'));
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('id: nginx', 'id: engine'));
  expect(() => loadPacks(place)).toThrow(expect.objectContaining({ code: 'pack-invalid' }));
  expect(() => loadPacks(place)).toThrow(/cluster\.yaml:\d+:\d+: yes means different things/);
  expect(() => loadPacks(place)).toThrow(/The pack is called engine, its folder nginx/);
});

const signatures = packs.flatMap((pack) => pack.signatures);
test.each(signatures)('$id wins its own samples', (signature) => {
  for (const sample of signature.tests.positive) expect(bestMatch(signatures, sample)?.signature.id).toBe(signature.id);
});

test('a signature that fails its own samples is refused', () => {
  const place = copy();
  const file = join(place, 'core', 'signatures', 'dns-failure.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace("host: 'api.", "host: 'other."));
  expect(checkPack(join(place, 'core')).map(({ message }) => message)).toContainEqual(
    expect.stringContaining('captures host as api.example.test'),
  );
});

test('files that cannot be read are problems, not crashes', () => {
  expect(checkPlaybookFile(join(folder, 'none.yaml'))).toMatchObject([{ message: expect.stringContaining('ENOENT') }]);
  expect(checkPack(join(folder, 'none'))).toMatchObject([{ message: expect.stringContaining('ENOENT') }]);
  expect(() => loadPacks(mkdtempSync(join(tmpdir(), 'duovir-none-')))).toThrow('There is no pack here');
});
