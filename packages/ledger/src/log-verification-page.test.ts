import { expect, test } from 'vitest';
import { logVerificationPage } from './log-verification-page.ts';
import type { Verification } from './verify.ts';

const verification: Verification = {
  ok: false,
  size: 600,
  first: 256,
  isAnchored: false,
  findings: [
    { entry: 7, file: 'tile/<script>alert(1)</script>', rule: 'a"b', consequence: "It's <b>bad</b> & worse." },
  ],
  remarks: [{ rule: 'anchor', consequence: 'No authority outside has put a time to any checkpoint.' }],
};
const log = { origin: '<i>log</i>', root: 'AAAA', folder: '/tmp/<x>', verifiedAt: new Date(0) };

test('a page says what was found, and nothing in it is ever markup of its own', () => {
  const html = logVerificationPage(verification, log);
  expect(html).toContain('The ledger does not verify.');
  expect(html).toContain('256 to 599 of 600');
  expect(html).toContain('It&#39;s &lt;b&gt;bad&lt;/b&gt; &amp; worse.');
  expect(html).not.toMatch(/<script|<i>log|<b>|<x>/);
  expect(html).toContain('1970-01-01T00:00:00.000Z');
});

test('a page loads nothing, and runs nothing', () => {
  const html = logVerificationPage({ ...verification, ok: true, findings: [], isAnchored: true }, log);
  expect(html).toContain('The ledger verifies.');
  expect(html).toContain("default-src 'none'");
  expect(html).not.toMatch(/<link|<img|<script|src=|https?:/);
});

test('a page that would be too long says how much is left', () => {
  const findings = Array.from({ length: 2003 }, (_, entry) => ({ entry, rule: 'role', consequence: 'No.' }));
  expect(logVerificationPage({ ...verification, findings }, log)).toContain('And 3 more.');
});
