import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findBrowser } from '../../tools/bootstrap/browser.mjs';

/** Quiet: a browser that looks for updates or lists of its maker would call somebody else than our server. */
const QUIET = [
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
  'disable-gpu',
];

export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error('There is no Chromium; run: sudo apt-get install -y --no-install-recommends chromium');
  const asRoot = process.getuid?.() === 0 ? ['no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...QUIET, ...asRoot].map((flag) => `--${flag}`) });
}

/** A page, and what happened on it that nobody would see. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of the page and of the browser about it. */
  readonly complaints: string[];
  /** Where requests went, by origin. */
  readonly origins: Set<string>;
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const page = await (await browser.newContext({ timezoneId: 'Asia/Tokyo', ...options })).newPage();
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  return { page, complaints, origins };
}

const NEED_NAMES = ['button', 'link', 'textbox', 'dialog', 'navigation', 'article', 'DisclosureTriangle'];

/** What the accessibility tree, as screen readers get it, lacks: names of what can be used, and the frame of a page. */
export async function accessibilityFlaws(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  // The session ends with its page: a session that is detached takes the page's virtual authenticators with it.
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const seen = nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => ({
      role: String(role?.value),
      name: String(name?.value ?? '').trim(),
    }));
  const nameless = seen.filter(({ role, name }) => NEED_NAMES.includes(role) && name === '').map(({ role }) => role);
  const main = seen.filter(({ role }) => role === 'main').length;
  const headings = await page.getByRole('heading', { level: 1 }).count();
  return [
    ...nameless.map((role) => `a ${role} without a name`),
    ...(main === 1 ? [] : [`${main} main landmarks`]),
    ...(headings === 1 ? [] : [`${headings} headings of level 1`]),
    ...((await page.title()) === '' ? ['no title'] : []),
  ];
}
