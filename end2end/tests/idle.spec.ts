// The idle countdown: a minute before a session ends for lack of activity, a dialog asks in all tabs of the browser.

import type { Page } from '@playwright/test';
import { expect, sql, test } from '../fixtures';
import { problems } from '../page-checks';
import type { Server } from '../server';
import { signUpFast } from '../users';

const IDLE_MINUTES = 30;
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Are you still there?' });

/** Two tabs whose session ends in less than a minute, on the server and in the browser. */
async function twoIdleTabs(page: Page, server: Server): Promise<[Page, Page]> {
  await page.context().clock.install();
  await signUpFast(page);
  await page.goto('/dashboard');
  const second = await page.context().newPage();
  await second.goto('/account');
  await expect(second.locator('html')).toHaveAttribute('data-tab', /./);
  setBack(server, IDLE_MINUTES * 60 - 45);
  await page.context().clock.fastForward((IDLE_MINUTES * 60 - 45) * 1000);
  for (const tab of [page, second]) await expect(dialog(tab)).toBeVisible();
  return [page, second];
}

/** Moves the last activity of all sessions back. */
function setBack(server: Server, seconds: number): void {
  sql(server, `update sessions set last_seen_at = last_seen_at - ${seconds * 1000}`);
}

test('“Stay logged in” in one tab closes the dialog in both, and extends the session', async ({ page, server }) => {
  const [first, second] = await twoIdleTabs(page, server);
  await expect(first.locator('[data-idle="left"]')).toHaveText(/^\d\d seconds$/);
  await second.getByRole('button', { name: 'Stay logged in' }).click();
  for (const tab of [first, second]) await expect(dialog(tab)).toBeHidden();
  setBack(server, (IDLE_MINUTES - 2) * 60);
  await first.goto('/dashboard');
  await expect(first).toHaveURL('/dashboard');
});

test('no answer ends the session in both tabs', async ({ page, server }) => {
  const tabs = await twoIdleTabs(page, server);
  setBack(server, 60);
  for (const tab of tabs) {
    await expect(tab).toHaveURL(/\/login\?ended=/);
    await expect(tab.getByText('You were away for too long.')).toBeVisible();
  }
});

test('the dialog is accessible, keeps the focus and gives it back', async ({ page, server }) => {
  await page.context().clock.install();
  await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').focus();
  setBack(server, IDLE_MINUTES * 60 - 45);
  await page.context().clock.fastForward((IDLE_MINUTES * 60 - 45) * 1000);
  await expect(dialog(page)).toBeVisible();
  const stay = page.getByRole('button', { name: 'Stay logged in' });
  await expect(stay).toBeFocused();
  for (let press = 0; press < 4; press++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement?.closest('#idle'))).toBe(true);
  }
  await expect(dialog(page).getByRole('status').filter({ hasText: 'seconds' })).toHaveText(/^\d+ seconds$/);
  await page.context().clock.resume();
  expect(await problems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByLabel('Name')).toBeFocused();
});

test('at the maximum length of a session, the dialog says so and can be closed to save', async ({ page, server }) => {
  await page.context().clock.install();
  await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Robin Renamed');
  sql(server, 'update sessions set expires_at = last_seen_at + 50000');
  await page.context().clock.fastForward((IDLE_MINUTES * 60 - 45) * 1000);
  await expect(dialog(page)).toBeVisible();
  const stay = page.getByRole('button', { name: 'Stay logged in' });
  await stay.click();
  const said = dialog(page).getByRole('status').filter({ hasText: 'Your session reaches its maximum length.' });
  await expect(said).toBeVisible();
  await expect(stay).toBeHidden();
  const close = dialog(page).getByRole('button', { name: 'Close' });
  await expect(close).toBeFocused();
  await close.click();
  await expect(dialog(page)).toBeHidden();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Your profile is saved.')).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveValue('Robin Renamed');
});
