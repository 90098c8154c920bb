import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, renameSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { CliError } from '../error.ts';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PATIENCE_MS = 60_000;

/** The page forbids itself scripts, and names nothing to load; should it ever, nothing is found. */
const OPTIONS = [
  '--headless',
  '--disable-gpu',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
  '--no-pdf-header-footer',
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

export interface Printing {
  /** Where Chromium is; otherwise it is looked for on the path. */
  readonly chromium?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Prints a page with an installed Chromium, in a profile that is thrown away. The file appears whole, or not at all. */
export async function printPdf(page: string, file: string, { chromium, environment }: Printing): Promise<void> {
  const browser = chromium ?? findBrowser(environment['PATH'] ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'duovir-print-'));
  try {
    const [source, target] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    writeFileSync(source, page);
    // Chromium refuses to sandbox for root; what it is given to read is ours.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const profile = `--user-data-dir=${join(folder, 'profile')}`;
    const parts = [...OPTIONS, ...asRoot, profile, `--print-to-pdf=${target}`, pathToFileURL(source).href];
    const known = { PATH: environment['PATH'], HOME: folder, LANG: 'C.UTF-8' };
    await promisify(execFile)(browser, parts, { env: known, timeout: PATIENCE_MS, killSignal: 'SIGKILL' });
    const draft = `${file}.new`;
    copyFileSync(target, draft);
    renameSync(draft, file);
  } catch (cause) {
    throw new CliError(
      'refused',
      `${browser} has not printed the page.`,
      'Open reports/report.html of the pack in a browser, and print it there.',
      cause,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function findBrowser(path: string): string {
  const found = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => BROWSERS.map((name) => join(folder, name)))
    .find(isExecutable);
  if (found !== undefined) return found;
  throw new CliError(
    'not-found',
    'There is no Chromium on the path.',
    'Install one (Debian: `apt-get install chromium`), name it with --chromium, or leave --pdf away.',
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be run: the next folder may have one.
    return false;
  }
}
