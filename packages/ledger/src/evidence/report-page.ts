import type { Manifest } from './manifest.ts';
import { frameworksFor, mappingPath } from './mapping/frameworks.ts';
import { escape, page } from './page.ts';
import { pathOf } from './report/reports.ts';
import type { Summary } from './tables.ts';

export const PAGE_FILE = 'reports/report.html';

/** A chart that somebody has drawn. `svg` is put into the page as it is: it comes from this installation, never from the log. */
export interface DrawnChart {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** One page that prints, follows dark mode, and loads nothing: no script, no font, no picture from elsewhere. */
export function reportPage(
  manifest: Omit<Manifest, 'files' | 'format'>,
  { tables }: Summary,
  charts: readonly DrawnChart[],
): string {
  const { organisation, origin, from, to, scope, size, root, first, createdAt } = manifest;
  const facts: readonly (readonly [string, string])[] = [
    ['Log', origin],
    ['Period (UTC)', `${from ?? 'the beginning of the log'} to ${to ?? 'the end of the log'}`],
    ['Entries', `${first} to ${size - 1} of ${size}`],
    ['Root', root],
    ['Scope', scope],
    ['Made at', createdAt],
  ];
  return page(
    { title: 'Evidence', of: organisation },
    `<p>This page is for reading. What counts is beside it: the log, and the tables that anybody can make from it again. Nothing on this
page is a conclusion about any requirement. <code>README.txt</code> says how to verify the pack.</p>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`).join('')}</dl>
${charts.map(chartSection).join('\n')}
<section>
<h2>Tables</h2>
<table><thead><tr><th>File</th><th class="number">Rows</th><th>One row is</th></tr></thead><tbody>
${tables.map(({ report, population }) => `<tr><td><code>${escape(pathOf(report))}</code></td><td class="number">${population}</td><td>${escape(report.about)}</td></tr>`).join('\n')}
</tbody></table>
</section>
${frameworkSections(manifest, tables)}`,
  );
}

function chartSection({ title, svg }: DrawnChart): string {
  return `<figure><figcaption>${escape(title)}</figcaption>${svg}</figure>`;
}

function frameworkSections({ scope }: Pick<Manifest, 'scope'>, tables: Summary['tables']): string {
  const rows = new Map(tables.map(({ report, population }) => [report.name, population]));
  return frameworksFor(scope)
    .map((framework) => {
      const { title, note, requirements, notRecorded } = framework;
      const lines = requirements.map(({ requirement, providesEvidenceFor, report, where }) => {
        const file = pathOf({ name: report });
        const of = where === undefined ? String(rows.get(report) ?? 0) : 'some of its rows';
        return `<tr><td>${escape(requirement)}</td><td>${escape(providesEvidenceFor)}</td><td><code>${escape(file)}</code></td><td class="number">${of}</td></tr>`;
      });
      const missing = notRecorded.map(({ requirement, why }) => `<li>${escape(requirement)}: ${escape(why)}</li>`);
      return `<section>
<h2>${escape(title)}</h2>
<p>${escape(note)} Populations and samples are in <code>${escape(mappingPath(framework))}</code>.</p>
<table><thead><tr><th>Requirement</th><th>Provides evidence for</th><th>File</th><th class="number">Rows</th></tr></thead><tbody>
${lines.join('\n')}
</tbody></table>
${missing.length === 0 ? '' : `<h3>Not recorded</h3><ul>${missing.join('')}</ul>`}
</section>`;
    })
    .join('\n');
}
