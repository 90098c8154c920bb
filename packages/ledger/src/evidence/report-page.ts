import type { Manifest } from './manifest.ts';
import { frameworksFor, mappingPath } from './mapping/frameworks.ts';
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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Evidence: ${escape(organisation)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Evidence</h1>
<p class="organisation">${escape(organisation)}</p>
</header>
<main>
<p>This page is for reading. What counts is beside it: the log, and the tables that anybody can make from it again. Nothing on this
page is a conclusion about any requirement. <code>README.txt</code> says how to verify the pack.</p>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`).join('')}</dl>
${charts.map(chartSection).join('\n')}
<section>
<h2>Tables</h2>
<table><thead><tr><th>File</th><th class="number">Rows</th><th>One row is</th></tr></thead><tbody>
${tables.map(({ report, population }) => `<tr><td><code>${escape(pathOf(report))}</code></td><td class="number">${population}</td><td>${escape(report.about)}</td></tr>`).join('\n')}
</tbody></table>
</section>
${frameworkSections(manifest, tables)}
</main>
</body>
</html>
`;
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

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --quiet: light-dark(#57606a, #9aa4ae);
  --line: light-dark(#d5dae0, #363c44); --paper: light-dark(#ffffff, #14171b); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.5rem 4rem; color: var(--ink); background: var(--paper);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.9rem; margin: 0; letter-spacing: -0.01em; } h2 { font-size: 1.2rem; margin: 2.4rem 0 0.6rem; } h3 { font-size: 1rem; }
.organisation { margin: 0.1rem 0 1.4rem; color: var(--quiet); font-size: 1.1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; margin: 1.4rem 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
code { font: 0.88em ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.9rem 0.35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 500; } .number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1.6rem 0; break-inside: avoid; } figcaption { font-weight: 600; margin-bottom: 0.3rem; }
figure svg { width: 100%; height: auto; }
tr { break-inside: avoid; } thead { display: table-header-group; }
@page { margin: 18mm 15mm; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 10.5pt; } h2 { break-after: avoid; } }
`;
