import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createClient, type Client } from '@duovir/sdk';
import { openPage, type WatchedPage } from './browser.ts';

/** One person at a browser, with a token and an authenticator that verifies him each time. */
export interface SeatedPerson extends WatchedPage {
  readonly name: string;
  readonly client: Client;
}

/** `url`: under a name, because browsers have no passkeys for addresses. */
export async function seat(browser: Browser, url: string, name: string, state: string): Promise<SeatedPerson> {
  const token = readFileSync(join(state, 'people', name, 'token'), 'utf8').trim();
  const watched = await openPage(browser);
  await plugInAuthenticator(watched.page);
  await watched.page.goto(url);
  await watched.page.getByLabel('Token').fill(token);
  await watched.page.getByRole('button', { name: 'Sign in' }).click();
  await watched.page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
  return { ...watched, name, client: createClient({ url, token }) };
}

/** Chromium's own virtual authenticator: real CTAP2, and a finger that is always there. */
async function plugInAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
