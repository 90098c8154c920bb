import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Client } from '@duovir/sdk';
import { buildConsole } from '../../tools/bootstrap/console.mjs';
import { Installation } from '../chaos/installation.ts';
import { startSigned } from '../signed-run.ts';
import { accessibilityFlaws, openBrowser, openPage } from './browser.ts';

const SETTLES = { timeout: 120_000 };
const GOAL = 'Cluster Redis: three masters';

const installation = new Installation();
let browser: Browser;
let client: Client;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  await buildConsole();
  await installation.up();
  client = await installation.client();
  ({ url } = await installation.status());
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await installation.close();
}, 60_000);

async function signIn(page: Page, person = 'operator'): Promise<void> {
  const token = readFileSync(join(installation.state, 'people', person, 'token'), 'utf8').trim();
  await page.goto(url);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
}

test('a token the server does not know opens nothing, and the page says what to do', async () => {
  const { page } = await openPage(browser);
  await page.goto(url);
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await page.getByRole('alert').textContent()).toMatch(/no valid token.*duovir init/s);
  expect(await page.getByRole('navigation').count()).toBe(0);
  await page.context().close();
}, 60_000);

test('a run is watched live to its end, healed on the way, and asked for its reasons', async () => {
  const { page, complaints, origins } = await openPage(browser);
  await signIn(page);
  await page.getByText('Nothing has been asked for yet').waitFor();
  expect(await accessibilityFlaws(page)).toEqual([]);

  await startSigned(installation.state, client, { goal: GOAL, target: 'sandbox', occupiedPorts: [6379] });
  // Nobody reloads the page.
  await page.getByRole('link', { name: GOAL }).click();
  const state = page.getByRole('main').getByRole('status');
  await state.getByText('succeeded', { exact: true }).waitFor(SETTLES);

  const heal = page.getByRole('region', { name: 'heal' });
  const words = await heal.textContent();
  expect(words).toContain('Diagnosis: The port is already taken');
  expect(words).toContain('The attestor confirms it: stranger-listening-on-6379');
  expect(words).toMatch(/Heal: port 6379 becomes \d+/);
  expect(words).toContain('The heal is carried');
  await page.getByText('The attestor saw the goal reached', { exact: true }).waitFor();
  expect(await accessibilityFlaws(page)).toEqual([]);

  await page.getByRole('link', { name: /Why is redis-1 port \d+\?/ }).click();
  await page.getByRole('heading', { name: /^redis-1 port = \d+$/ }).waitFor();
  await page.getByText('Before: 6379.').waitFor();
  for (const kind of ['attestation', 'permit', 'diagnosis', 'request'])
    await page
      .getByRole('heading', { name: `${kind} by` })
      .first()
      .waitFor();
  expect(await accessibilityFlaws(page)).toEqual([]);

  await page.getByText(/Ledger .*: \d+ entries, \d+ witnessed/).waitFor();
  await page.getByText('Times are those of Asia/Tokyo.').waitFor();
  expect([...origins]).toEqual([url]);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 180_000);

test('what waits for people is shown to the last value, with the command that decides it', async () => {
  const { page, complaints } = await openPage(browser, { colorScheme: 'dark' });
  await signIn(page, 'approver');
  await startSigned(installation.state, client, { goal: GOAL, target: 'sandbox', environment: 'production' });
  await page.getByRole('link', { name: 'Approvals' }).click();
  const motion = page.getByRole('article', { name: GOAL });
  await motion.getByText(/^redis-cli .*--cluster create /).waitFor();
  await motion.getByText('Browsers have no passkeys for a page opened by an address.').waitFor();
  expect(await accessibilityFlaws(page)).toEqual([]);

  await motion.getByText('In a terminal', { exact: true }).click();
  const command = await motion.getByText(/approval approve/).textContent();
  await motion.getByRole('link', { name: GOAL }).click();
  const state = page.getByRole('main').getByRole('status');
  await state.getByText('waits for people').waitFor();
  // Exactly as it stands on the page.
  const [npx, duovir, ...words] = (command ?? '').split(' ');
  expect([npx, duovir]).toEqual(['npx', 'duovir']);
  await installation.duovir(...words);
  await page.getByText('approver approves', { exact: true }).waitFor();
  await state.getByText('succeeded', { exact: true }).waitFor(SETTLES);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 180_000);

test('markup in what people ask for stays text', async () => {
  const { page, complaints, origins } = await openPage(browser);
  const goal = `<img src="https://evil.example/x" onerror="alert(1)"><script>alert(2)</script> ${'{{7*7}}'}`;
  const { id } = await startSigned(installation.state, client, { goal, target: 'sandbox' });
  await signIn(page);
  await page.goto(`${url}/#/runs/${id}`);
  await page.getByRole('heading', { level: 1, name: goal }).waitFor();
  await page.getByRole('main').getByRole('status').getByText('rejected', { exact: true }).waitFor(SETTLES);
  expect(await page.getByRole('main').locator('img, script').count()).toBe(0);
  expect([...origins]).toEqual([url]);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 120_000);

test('a run is stopped with the keyboard, after a second look', async () => {
  const { page, complaints } = await openPage(browser);
  await signIn(page);
  const { id } = await startSigned(installation.state, client, {
    goal: GOAL,
    target: 'sandbox',
    environment: 'production',
  });
  await page.goto(`${url}/#/runs/${id}`);
  await page.getByRole('heading', { level: 1, name: GOAL }).waitFor();
  await page.reload();
  await page.getByText('waits for people', { exact: true }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.localName')).toBe('main');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Stop this run?' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('cancelled', { exact: true }).waitFor(SETTLES);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 180_000);

test('a server that is gone is noticed, and so is its return', async () => {
  const { page } = await openPage(browser);
  await signIn(page);
  await page.context().setOffline(true);
  await page.getByText('The server has not answered since').waitFor();
  expect(await page.getByRole('row').count()).toBeGreaterThan(1);
  await page.context().setOffline(false);
  await page.getByText('The server has not answered since').waitFor({ state: 'detached' });
  await page.context().close();
}, 60_000);

async function motionsOf(run: string): Promise<string[]> {
  return vi.waitUntil(async () => {
    const motions = await client.motions(run);
    return motions.length > 0 && motions.map(({ digest }) => encodeURIComponent(digest));
  }, SETTLES);
}

test('on a phone nothing is cut off', async () => {
  const { page } = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await signIn(page);
  const { id } = await startSigned(installation.state, client, {
    goal: GOAL,
    target: 'sandbox',
    environment: 'production',
  });
  const [motion] = await motionsOf(id);
  for (const place of ['runs', `runs/${id}`, `runs/${id}/motions/${motion}`, 'approvals', 'passkeys', 'why']) {
    await page.goto(`${url}/#/${place}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('Loading …').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  }
  await page.context().close();
}, 60_000);
