import type { Finding } from '../finding.ts';
import { escape, page } from './page.ts';
import type { PackVerification } from './verify-pack.ts';

/** What a verification found, for reading and for the file. */
export function verificationPage(verification: PackVerification, at: Date): string {
  const { ok, size, first, isAnchored, findings, remarks, blobs, pack } = verification;
  const facts: readonly (readonly [string, string])[] = [
    ['Verified at', at.toISOString()],
    ['Officer’s key', isAnchored ? 'given from outside' : 'taken from the pack: it agrees with itself only'],
    ['Entries', `${first} to ${size - 1} of ${size}`],
    [
      'Blobs',
      Object.entries(blobs)
        .map(([state, count]) => `${count} ${state}`)
        .join(', '),
    ],
    ...(pack
      ? ([
          ['Log', pack.origin],
          ['Root', pack.root],
          ['Period (UTC)', `${pack.from ?? 'the beginning of the log'} to ${pack.to ?? 'the end of the log'}`],
          ['Made at', pack.createdAt],
          ['Made for', pack.exportedBy ?? 'nobody who is known'],
        ] as const)
      : []),
  ];
  return page(
    { title: 'Verification of evidence', of: pack?.organisation ?? 'no manifest' },
    `<p class="${ok ? 'good' : 'bad'}"><strong>${ok ? 'It verifies.' : `It does not verify: ${findings.length} findings.`}</strong></p>
<dl>${facts.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('')}</dl>
${told('Findings', findings)}
${told('To be known', remarks)}`,
  );
}

function told(title: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const rows = findings.map(
    ({ entry, file, rule, consequence }) =>
      `<tr><td class="number">${entry ?? ''}</td><td><code>${escape(file ?? '')}</code></td><td><code>${escape(rule)}</code></td><td>${escape(consequence)}</td></tr>`,
  );
  return `<section>
<h2>${escape(title)}</h2>
<table><thead><tr><th class="number">Entry</th><th>File</th><th>Rule</th><th>Consequence</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
</section>`;
}
