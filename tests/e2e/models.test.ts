import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '@duovir/sdk';
import { buildConsole } from '../../tools/bootstrap/console.mjs';
import type { Brain } from '../../tools/model-server/brain.ts';
import { Installation } from '../chaos/installation.ts';
import { startSigned } from '../signed-run.ts';
import { startScriptedPlanner, type ScriptedPlanner } from '../scripted-planner.ts';
import { accessibilityFlaws, openBrowser, openPage } from './browser.ts';

const QUESTION = 'Redis or PostgreSQL?';

/** Asks first, and then plans nothing: what is looked at here is what people see of it. */
const brain: Brain = ({ prompt }) => ({
  kind: 'json',
  value: {
    answer: prompt.includes('the small one')
      ? { kind: 'refuse', reason: 'It is too small to be planned.' }
      : { kind: 'question', question: QUESTION },
  },
});

const installation = new Installation();
let planner: ScriptedPlanner;
let browser: Browser;
let client: Client;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  await buildConsole();
  planner = await startScriptedPlanner(brain);
  await installation.duovir('init', '--models', planner.file);
  await installation.up();
  client = await installation.client();
  ({ url } = await installation.status());
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await installation.close();
  await planner?.close();
}, 60_000);

async function signIn(page: Page, person: string): Promise<void> {
  const token = readFileSync(join(installation.state, 'people', person, 'token'), 'utf8').trim();
  await page.goto(url);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
}

test("the planner's question is answered on the page, and what left for its model is shown there", async () => {
  const { page, complaints } = await openPage(browser);
  await signIn(page, 'operator');
  const { id } = await startSigned(installation.state, client, {
    goal: 'Cluster the database at 10.20.30.40',
    target: 'sandbox',
  });
  await page.goto(`${url}/#/runs/${id}`);
  await page.getByLabel(`The planner asks: ${QUESTION}`).fill('the small one');
  await page.getByText('waits for an answer', { exact: true }).waitFor();
  expect(await accessibilityFlaws(page)).toEqual([]);
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.getByText('operator answers: the small one').waitFor();
  await page.getByRole('main').getByRole('status').getByText('rejected', { exact: true }).waitFor();

  const left = page.getByRole('region', { name: 'What left for models' });
  await left.getByText('planner asked scripted to plan').first().waitFor();
  await left.getByRole('listitem').nth(2).waitFor();
  await left.getByRole('group').last().locator('summary').click();
  await left.locator('mark').first().waitFor();
  expect(await left.textContent()).not.toContain('10.20.30.40');
  expect(await accessibilityFlaws(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 120_000);

test('models are stopped with a reason, and another person lets them go on', async () => {
  const { page } = await openPage(browser, { colorScheme: 'dark' });
  await signIn(page, 'operator');
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('meter', { name: 'The organisation today' }).waitFor();
  await page.getByText(/One more run could cost/).waitFor();
  expect(await accessibilityFlaws(page)).toEqual([]);
  await page.getByRole('button', { name: 'Stop all models …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Stop all models?' });
  await dialog.getByLabel('Reason').fill('It makes no sense');
  await dialog.getByRole('button', { name: 'Stop all models' }).click();
  await page.getByText(/operator has stopped all models .* It makes no sense/).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('operator may not administer');
  expect(await accessibilityFlaws(page)).toEqual([]);

  const { id } = await startSigned(installation.state, client, { goal: 'Cluster something else', target: 'sandbox' });
  await page.goto(`${url}/#/runs/${id}`);
  await page
    .getByText(/All model calls|has stopped all model calls/)
    .first()
    .waitFor();
  await page.context().close();

  const other = await openPage(browser);
  await signIn(other.page, 'approver');
  await other.page.getByRole('link', { name: 'Models' }).click();
  await other.page.getByRole('button', { name: 'Resume' }).click();
  await other.page.getByRole('button', { name: 'Stop all models …' }).waitFor();
  expect(other.complaints).toEqual([]);
  await other.page.context().close();
}, 120_000);
