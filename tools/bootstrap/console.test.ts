import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isNewer } from './console.mjs';

const EARLIER = new Date('2026-01-01T12:00:00Z');
const LATER = new Date('2026-01-01T12:00:01Z');

/** A page of the later time, and sources of the earlier one. */
function folder(): { readonly page: string; readonly sources: string; readonly deep: string } {
  const root = mkdtempSync(join(tmpdir(), 'duovir-console-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const [page, sources] = [join(root, 'index.html'), join(root, 'src')];
  const deep = join(sources, 'run/page.tsx');
  mkdirSync(join(sources, 'run'), { recursive: true });
  writeFileSync(page, '');
  writeFileSync(deep, '');
  for (const path of [deep, join(sources, 'run'), sources]) utimesSync(path, EARLIER, EARLIER);
  utimesSync(page, LATER, LATER);
  return { page, sources, deep };
}

test('a page that is newer than all its sources is not built again', () => {
  const { page, sources } = folder();
  expect(isNewer(page, [sources])).toBe(true);
});

test('a page that is missing is built', () => {
  const { page, sources } = folder();
  rmSync(page);
  expect(isNewer(page, [sources])).toBe(false);
});

test('one source that was changed, or one that was removed, is enough', () => {
  const changed = folder();
  utimesSync(changed.deep, new Date(), new Date());
  expect(isNewer(changed.page, [changed.sources])).toBe(false);
  const removed = folder();
  rmSync(removed.deep);
  expect(isNewer(removed.page, [removed.sources])).toBe(false);
});
