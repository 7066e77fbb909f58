// The main feature, in two browsers: a session that an admin revokes ends with the next click.

import type { Page } from '@playwright/test';
import { expectFlashOnce, flashes } from '../expectations';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { type User, anotherBrowser, confirm, logIn, signUpAdmin, signUpFast } from '../users';

test.use({ settings: withoutLiveTabs });

/** The next click of a user whose session was revoked, and a new log-in. */
async function expectLoggedOut(page: Page, user: User): Promise<void> {
  await page.getByRole('link', { name: 'Your devices' }).first().click();
  await expect(page).toHaveURL('/login');
  await expectFlashOnce(page, 'warning', 'You were logged out. An administrator ended this log-in.');
  await logIn(page, user);
  await expect(page).toHaveURL('/account/devices');
  await expect(flashes(page)).toContainText('Welcome, ');
}

test('a session that an admin revokes ends with the next click', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.goto('/dashboard');

  const admin = await anotherBrowser(page);
  await signUpAdmin(admin, server);
  await admin.goto('/admin/sessions');
  await admin.getByRole('searchbox').fill(user.email);
  await admin.getByRole('button', { name: 'Search' }).click();
  await expect(admin.locator('[data-row]')).toHaveCount(1);
  await confirm(admin, 'Revoke', 'Revoke session');
  await expect(admin).toHaveURL(/^[^?]*\/admin\/sessions/);
  await expectFlashOnce(admin, 'success', 'The session is revoked.');
  await admin.goto(`/admin/sessions?q=${user.email}`);
  await expect(admin.locator('[data-row]')).toHaveCount(0);

  await expectLoggedOut(page, user);
});

test('a form sent from a revoked session changes nothing', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Too Late');

  const admin = await anotherBrowser(page);
  await signUpAdmin(admin, server);
  await admin.goto(`/admin/sessions?q=${user.email}`);
  await confirm(admin, 'Revoke', 'Revoke session');
  await expect(flashes(admin)).toContainText('The session is revoked.');

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/login');
  await expect(flashes(page)).toContainText('You were logged out.');
  await logIn(page, user);
  await page.goto('/account');
  await expect(page.getByLabel('Name')).toHaveValue(user.name);
});
