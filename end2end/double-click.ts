// Double clicks over a slow network. The browser drops the first response, so the second one must be complete: the user
// stays logged in and sees each message, and the action took effect once.

import type { Locator, Page } from '@playwright/test';
import { type Level, flashes } from './expectations';
import { expect, test } from './fixtures';
import type { Server } from './server';
import { type User, newUser, signUpAdmin, signUpFast, signUpVerified } from './users';

const LATENCY_MS = 80;
/** Milliseconds between the clicks: at once, and while the first response is on its way. Later the page has changed. */
const DELAYS = (process.env.CLICK_DELAYS ?? '0 100').split(' ').map(Number);

export interface Scene {
  page: Page;
  /** The user of this browser. */
  user: User;
  /** Another user, who has not signed up. */
  other: User;
  server: Server;
}

export interface Case {
  /** The user before the click; a new one has not signed up. */
  who?: 'new' | 'verified' | 'admin';
  /** Opens the page and returns the button. */
  open(scene: Scene): Promise<Locator>;
  leadsTo: string | RegExp;
  shows: [Level, string | RegExp][];
  /** Checks more of the page after both clicks. */
  landing?(page: Page): Promise<unknown>;
  isLoggedOut?: true;
  /** Checks that the action took effect once. */
  after?(scene: Scene): Promise<unknown>;
}

export function eachTakesEffectOnce(cases: Record<string, Case>): void {
  for (const [name, one] of Object.entries(cases)) {
    for (const delay of DELAYS) {
      test(`${name}, clicked twice within ${delay} ms, takes effect once`, async ({ page, server }) => {
        const scene = { page, server, user: await signUpAs(one.who, page, server), other: newUser('Wilma Other') };
        await clickTwice(await one.open(scene), delay);
        await expect(page).toHaveURL(one.leadsTo);
        await one.landing?.(page);
        await expectFlashesOnce(page, one.shows);
        await page.goto('/account');
        await expect(page).toHaveURL(one.isLoggedOut ? '/login' : '/account');
        await one.after?.(scene);
      });
    }
  }
}

async function signUpAs(who: Case['who'], page: Page, server: Server): Promise<User> {
  if (who === 'new') return newUser();
  if (who === 'verified') return signUpVerified(page, server);
  return who === 'admin' ? signUpAdmin(page, server) : signUpFast(page);
}

/** Clicks a button twice over a slow network, unless the page has changed after the first click. */
async function clickTwice(button: Locator, delay: number): Promise<void> {
  const page = button.page();
  const chromium = await page.context().newCDPSession(page);
  const conditions = { offline: false, latency: LATENCY_MS, downloadThroughput: -1, uploadThroughput: -1 };
  await chromium.send('Network.enable');
  await chromium.send('Network.emulateNetworkConditions', conditions);
  await button.evaluate((element, delay) => {
    const click = () => (element as HTMLElement).click();
    click();
    if (delay === 0) click();
    else setTimeout(click, delay);
  }, delay);
}

async function expectFlashesOnce(page: Page, expected: Case['shows']): Promise<void> {
  await expect(flashes(page)).toContainText(expected.map(([, text]) => text));
  for (const [index, [level]] of expected.entries()) {
    await expect(flashes(page).nth(index)).toHaveAttribute('data-flash', level);
  }
  await page.reload();
  await expect(page.locator('main')).toBeVisible();
  await expect(flashes(page)).toHaveCount(0);
}

export async function expectOneDevice({ page }: Scene): Promise<void> {
  await page.goto('/account/devices');
  await expect(page.locator('[data-row]')).toHaveCount(1);
}

export async function expectOneEmail({ user, server }: Scene, subject: RegExp): Promise<void> {
  await server.mailbox.last(user.email, subject);
  expect(server.mailbox.to(user.email).filter((email) => subject.test(email.subject))).toHaveLength(1);
}
