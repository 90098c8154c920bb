import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildConsole } from '../../tools/bootstrap/console.mjs';
import { Installation } from '../chaos/installation.ts';
import { accessibilityFlaws, openBrowser } from './browser.ts';
import { applyNextPolicy, enrolPasskeys, proposedPasskeys } from './next-policy.ts';
import { seat, type SeatedPerson } from './person.ts';

const SETTLES = { timeout: 120_000 };
const GOAL = 'Cluster Redis: three masters';

const installation = new Installation();
let browser: Browser;
let operator: SeatedPerson;
let approver: SeatedPerson;

beforeAll(async () => {
  browser = await openBrowser();
  await buildConsole();
  await installation.up();
  await installation.ready();
  const url = (await installation.status()).url.replace('127.0.0.1', 'localhost');
  operator = await seat(browser, url, 'operator', installation.state);
  approver = await seat(browser, url, 'approver', installation.state);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await installation.close();
}, 60_000);

/** Key ids under statements of that kind in the ledger. */
async function signersOf(kind: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of approver.client.ledgerEntries())
    if (entry.kind === kind) found.push(entry.envelope.signatures[0].keyid);
  return found;
}

/** Chromium would have us take RSA keys, too; a trust policy lists none. */
function isUnexpected(complaint: string): boolean {
  return !complaint.startsWith('warning: publicKey.pubKeyCredParams is missing');
}

test('a registered passkey signs nothing until the officer enrols it, and then without a reload', async () => {
  for (const { page, name } of [operator, approver]) {
    await page.getByRole('link', { name: 'Passkeys' }).click();
    await page.getByText('You have no passkey yet.').waitFor();
    await page.getByRole('button', { name: 'Register a passkey' }).click();
    await page.getByText('Proposed: it signs nothing yet on this page.').waitFor();
    expect(await page.getByRole('region', { name: /^Passkey / }).textContent()).toContain(`# ${name}/`);
    expect(await accessibilityFlaws(page)).toEqual([]);
  }
  await operator.page.getByRole('link', { name: 'Runs' }).click();
  await operator.page.getByRole('button', { name: 'Ask for a run …' }).click();
  await operator.page.getByText('Your passkey signs once the officer’s trust policy lists it').waitFor();
  await operator.page.getByLabel('Goal').fill(GOAL);
  expect(await operator.page.getByRole('button', { name: 'Sign and ask' }).isDisabled()).toBe(true);
  await enrolPasskeys(installation.state, approver.client, {
    operator: await proposedPasskeys(operator.client),
    approver: await proposedPasskeys(approver.client),
  });
  await approver.page.getByText('Enrolled: it signs on this page.').waitFor(SETTLES);
  await operator.page.getByLabel('Environment').selectOption('production');
  await operator.page.getByRole('button', { name: 'Sign and ask' }).click(SETTLES);
  await operator.page.getByRole('heading', { level: 1, name: GOAL }).waitFor();
}, 180_000);

test('a person sees exactly what is decided, and the runner executes on the signature of a passkey', async () => {
  const { page } = approver;
  await page.getByRole('link', { name: 'Approvals' }).click();
  const motion = page.getByRole('article', { name: GOAL });
  await motion.getByText('The digest of this plan is the one that is signed.').waitFor(SETTLES);
  await motion.getByText(/^redis-cli .*--cluster create /).waitFor();
  await motion.getByText('Asked for by operator, in production').waitFor();
  await motion.getByText('What each step would do, by rules over its exact bytes').waitFor();
  await motion.getByText('Verdict: referred').waitFor();
  await motion.getByText(/ left\)/).waitFor();
  expect(await accessibilityFlaws(page)).toEqual([]);
  await motion.getByRole('button', { name: 'Approve …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve this motion?' });
  await dialog.getByText(/^sha256:[0-9a-f]{64}$/).waitFor();
  await dialog.getByRole('button', { name: 'Sign the approval' }).click();
  await page.getByText('Nothing waits for people.').waitFor(SETTLES);

  await operator.page.getByText('approver approves', { exact: true }).waitFor(SETTLES);
  const state = operator.page.getByRole('main').getByRole('status');
  await state.getByText('succeeded', { exact: true }).waitFor(SETTLES);
  const [passkey] = (await approver.client.passkeys()).passkeys;
  expect(await signersOf('approval')).toEqual([passkey?.keyId]);
  const [own] = (await operator.client.passkeys()).passkeys;
  expect(await signersOf('intent')).toEqual([own?.keyId]);
}, 240_000);

test('the page of a motion tells the whole debate', async () => {
  const { page } = operator;
  await page.getByRole('link', { name: /^Plan 1: the whole debate/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Plan 1: carried' }).waitFor();
  const main = page.getByRole('main');
  await main.getByText('reviewer-security').first().waitFor();
  await main
    .getByRole('row', { name: /people/ })
    .first()
    .waitFor();
  await main.getByText('approver: approve').waitFor();
  expect(await main.getByRole('button', { name: 'Approve …' }).count()).toBe(0);
  expect(await accessibilityFlaws(page)).toEqual([]);
}, 60_000);

test('Invariant 2: whoever asked is not offered to approve, and who stopped everything does not lift it', async () => {
  const asking = operator.page;
  await asking.getByRole('link', { name: 'Runs' }).click();
  await asking.getByRole('button', { name: 'Ask for a run …' }).click();
  await asking.getByLabel('Goal').fill(GOAL);
  await asking.getByLabel('Environment').selectOption('production');
  await asking.getByRole('button', { name: 'Sign and ask' }).click();
  await asking.getByRole('main').getByRole('status').getByText('waits for people').waitFor(SETTLES);
  await asking.getByRole('button', { name: 'Stop everything …' }).click();
  const dialog = asking.getByRole('dialog', { name: 'Stop everything?' });
  await dialog.getByLabel('Reason').fill('The wrong cluster');
  await dialog.getByRole('button', { name: 'Stop everything' }).click();
  await asking.getByText('You have stopped it: somebody else has to lift it.').waitFor();
  expect(await asking.getByRole('button', { name: 'Sign the lift' }).count()).toBe(0);
  expect(await accessibilityFlaws(asking)).toEqual([]);

  const { page } = approver;
  await page.getByText('The wrong cluster').waitFor();
  await page.getByRole('button', { name: 'Sign the lift' }).click();
  await page.getByText('Everything is stopped.').waitFor({ state: 'detached' });
  expect((await approver.client.stops()).runner).toBe('open');
  const motion = page.getByRole('article', { name: GOAL });
  await motion.getByRole('button', { name: 'Reject …' }).click();
  await page.getByRole('button', { name: 'Sign the rejection' }).click();
  await asking.getByRole('main').getByRole('status').getByText('rejected', { exact: true }).waitFor(SETTLES);
  await asking.getByRole('link', { name: 'Approvals' }).click();
  await asking.getByText('Nothing waits for people.').waitFor();
  for (const { complaints } of [operator, approver]) expect(complaints.filter(isUnexpected)).toEqual([]);
}, 240_000);

test('the ledger with everything that passkeys signed verifies, trusting the officer alone', async () => {
  expect(await installation.duovir('ledger', 'verify')).toContain('The ledger verifies');
}, 60_000);

test('where the trust policy names an issuer, the page offers to log in there', async () => {
  const { page } = operator;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').waitFor();
  expect(await page.getByRole('link', { name: /^Log in at/ }).count()).toBe(0);
  await applyNextPolicy(installation.state, approver.client, ({ principals }) => ({
    login: { issuer: 'https://login.example', clientId: 'duovir', audience: 'duovir' },
    principals: principals.map((one) => (one.role === 'person' ? { ...one, subject: one.name } : one)),
  }));
  await page.reload();
  const link = page.getByRole('link', { name: 'Log in at login.example' });
  await link.waitFor();
  expect(await link.getAttribute('href')).toBe('/v1/login');
  expect(await accessibilityFlaws(page)).toEqual([]);
}, 60_000);
