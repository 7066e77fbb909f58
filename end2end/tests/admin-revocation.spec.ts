// The main feature, in two browsers: a session that an admin revokes ends with the next click.

import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { type Person, arrive, arriveAsAdmin, flashes, logIn, seesOnce } from '../people';

/** The next click of a user whose session was revoked, and a new log-in. */
async function findsThemselvesOut(page: Page, person: Person): Promise<void> {
  await page.getByRole('link', { name: 'Your devices' }).first().click();
  await expect(page).toHaveURL('/login');
  await seesOnce(page, 'warning', 'You were signed out. An administrator ended this log-in.');
  await logIn(page, person);
  await expect(page).toHaveURL('/account/devices');
  await expect(flashes(page)).toContainText('Welcome, ');
}

test('an admin revokes a session, and the next click in that browser lands on the log-in page', async ({
  page,
  browser,
  server,
}) => {
  const person = await arrive(page);
  await page.goto('/dashboard');

  const admin = await (await browser.newContext()).newPage();
  await arriveAsAdmin(admin, server);
  await admin.goto('/admin/sessions');
  await admin.getByRole('searchbox').fill(person.email);
  await admin.getByRole('button', { name: 'Search' }).click();
  await expect(admin.locator('[data-session]')).toHaveCount(1);
  await admin.getByRole('button', { name: /^Revoke the session on/ }).click();
  await expect(admin).toHaveURL(/^[^?]*\/admin\/sessions/);
  await seesOnce(admin, 'success', 'The session is revoked.');
  await admin.goto(`/admin/sessions?q=${person.email}`);
  await expect(admin.locator('[data-session]')).toHaveCount(0);

  await findsThemselvesOut(page, person);
});

test('a form sent from a revoked session changes nothing', async ({ page, browser, server }) => {
  const person = await arrive(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Too Late');

  const admin = await (await browser.newContext()).newPage();
  await arriveAsAdmin(admin, server);
  await admin.goto(`/admin/sessions?q=${person.email}`);
  await admin.getByRole('button', { name: /^Revoke the session on/ }).click();
  await expect(flashes(admin)).toContainText('The session is revoked.');

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/login');
  await expect(flashes(page)).toContainText('You were signed out.');
  await logIn(page, person);
  await page.goto('/account');
  await expect(page.getByLabel('Name')).toHaveValue(person.name);
});
