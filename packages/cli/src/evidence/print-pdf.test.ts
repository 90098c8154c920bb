import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBrowser, printPdf } from './print-pdf.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'duovir-pdf-'));

function installed(): boolean {
  try {
    return findBrowser(process.env['PATH'] ?? '') !== '';
  } catch {
    return false;
  }
}

test.runIf(installed())('a page is printed by the Chromium that is installed', { timeout: 90_000 }, async () => {
  const file = join(folder(), 'report.pdf');
  await printPdf('<!doctype html><title>Evidence</title><p>Nothing is loaded.</p>', file, { environment: process.env });
  expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
});

test('without a Chromium it says so, and what to do', async () => {
  const target = folder();
  await expect(printPdf('', join(target, 'a.pdf'), { environment: { PATH: target } })).rejects.toMatchObject({
    code: 'not-found',
    remedy: expect.stringContaining('--chromium'),
  });
  expect(existsSync(join(target, 'a.pdf'))).toBe(false);
});

test('a browser that fails leaves no half file', async () => {
  const target = folder();
  await expect(printPdf('', join(target, 'a.pdf'), { chromium: '/bin/false', environment: {} })).rejects.toMatchObject({
    code: 'refused',
  });
  expect(readdirSync(target)).toEqual([]);
});
