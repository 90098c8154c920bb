/** One page that prints, follows dark mode, and loads nothing: no script, no font, no picture from elsewhere. */
export function page({ title, of }: { readonly title: string; readonly of: string }, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(title)}: ${escape(of)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
<p class="organisation">${escape(of)}</p>
</header>
<main>
${main}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escape(text: string): string {
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
.bad { color: light-dark(#b3261e, #ff8a80); } .good { color: light-dark(#1a7f4b, #6bd39b); }
figure { margin: 1.6rem 0; break-inside: avoid; } figcaption { font-weight: 600; margin-bottom: 0.3rem; }
figure svg { width: 100%; height: auto; }
tr { break-inside: avoid; } thead { display: table-header-group; }
@page { margin: 18mm 15mm; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 10.5pt; } h2 { break-after: avoid; } }
`;
