import { escape, page } from './evidence/page.ts';
import type { Finding } from './finding.ts';
import type { Verification } from './verify.ts';

/** What was verified, where, and when. */
export interface VerifiedLog {
  readonly origin: string;
  /** Of the newest checkpoint, base64; empty when it could not be believed. */
  readonly root: string;
  readonly folder: string;
  readonly verifiedAt: Date;
}

/** Findings beyond these are in the JSON; a page that nobody can open says nothing. */
const MOST_ROWS = 2000;

/** The result of a verification for people: prints, follows dark mode, and loads nothing. */
export function logVerificationPage(verification: Verification, log: VerifiedLog): string {
  const { ok, size, first, isAnchored, findings, remarks } = verification;
  const facts: readonly (readonly [string, string])[] = [
    ['Folder', log.folder],
    ['Root', log.root],
    ['Entries', first === 0 ? String(size) : `${first} to ${size - 1} of ${size}, and what they rest on`],
    ['Officer', isAnchored ? 'the key that was given' : 'not given: the log was only shown to agree with itself'],
    ['Verified at (UTC)', log.verifiedAt.toISOString()],
  ];
  return page(
    { title: 'Verification of a ledger', of: log.origin === '' ? log.folder : log.origin },
    `<p><strong class="${ok ? 'good' : 'bad'}">${ok ? 'The ledger verifies.' : 'The ledger does not verify.'}</strong> ${findings.length} findings, ${remarks.length} remarks.</p>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`).join('')}</dl>
${section('Findings', findings)}
${section('Remarks', remarks)}
<p>A finding is a rule that does not hold; a remark is no fault and has to be known. The rules are explained in the guide of Duovir, “Verifying a ledger”.</p>`,
  );
}

function section(title: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const left = findings.length - MOST_ROWS;
  const rows = findings
    .slice(0, MOST_ROWS)
    .map(
      ({ entry, file, rule, consequence }) =>
        `<tr><td class="number">${entry ?? ''}</td><td><code>${escape(file ?? '')}</code></td><td><code>${escape(rule)}</code></td><td>${escape(consequence)}</td></tr>`,
    );
  return `<section><h2>${title}</h2>
<table><thead><tr><th class="number">Entry</th><th>File</th><th>Rule</th><th>What that means</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>${left > 0 ? `<p>And ${left} more.</p>` : ''}</section>`;
}
