// Forms that were open too long: nothing is changed, the page links back, and the input is kept.

import type { Page } from '@playwright/test';
import { expectFlashOnce, flashes } from '../expectations';
import { expect, sql, test, withoutLiveTabs } from '../fixtures';
import { post } from '../forms';
import { logIn, logInFast, newUser, signUpAndLogIn, signUpFast } from '../users';

test.use({ settings: withoutLiveTabs });

async function goesBack(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This form has expired');
  await page.getByRole('link', { name: 'Back to the form' }).click();
}

test('a form from an earlier log-in is refused, and its input is kept', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(403);
  const user = await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Zoë <of> Two Tabs');

  const tab = await page.context().newPage();
  await post(tab.request, '/logout');
  await logInFast(tab, user);

  await page.getByRole('button', { name: 'Save' }).click();
  await goesBack(page);
  await expect(page).toHaveURL('/account');
  await expect(page.getByLabel('Name')).toHaveValue('Zoë <of> Two Tabs');
  await tab.goto('/account');
  await expect(tab.getByLabel('Name')).toHaveValue(user.name);

  await page.getByRole('button', { name: 'Save' }).click();
  await expectFlashOnce(page, 'success', 'Your profile is saved.');
  await expect(page.getByLabel('Name')).toHaveValue('Zoë <of> Two Tabs');
});

test('a form of a user who logged out is refused for the next user', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(403);
  await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Somebody Else');

  const tab = await page.context().newPage();
  await post(tab.request, '/logout');
  const next = await signUpFast(tab);

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This form has expired');
  await tab.goto('/dashboard');
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText(`Hello, ${next.name}`);
});

test('a log-in form sent after a log-in in another tab links to the dashboard', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(403);
  const user = await signUpFast(page);
  await post(page.request, '/logout');
  await page.goto('/login');

  const tab = await page.context().newPage();
  await logInFast(tab, user);

  await logIn(page, user);
  await goesBack(page);
  await expect(page).toHaveURL('/dashboard');
});

test('a log-in form without its cookie is refused, and its address is kept', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(403);
  const user = await signUpFast(page);
  await page.context().clearCookies();
  await page.goto('/login');
  await page.context().clearCookies();
  await logIn(page, user);
  await goesBack(page);
  await expect(page).toHaveURL('/login');
  await expect(page.getByLabel('Email')).toHaveValue(user.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await logIn(page, user);
  await expect(page).toHaveURL('/dashboard');
});

test('input sent after the session timed out is kept for the same user', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Robin of the Evening');
  sql(server, 'update sessions set last_seen_at = 0');

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/login');
  await expectFlashOnce(page, 'warning', 'You were logged out. You were away for too long.');
  await logIn(page, user);
  await expect(page).toHaveURL('/account');
  await expect(flashes(page)).toContainText('Welcome, ');
  await expect(page.getByLabel('Name')).toHaveValue('Robin of the Evening');

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Your profile is saved.')).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveValue('Robin of the Evening');
});

test('input sent after the session timed out is not shown to another user', async ({ page, server }) => {
  await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Robin of the Evening');
  sql(server, 'update sessions set last_seen_at = 0');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/login');

  const next = newUser('Morgan Morning');
  await signUpAndLogIn(page, next);
  await expect(page).toHaveURL('/dashboard');
  await page.goto('/account');
  await expect(page.getByLabel('Name')).toHaveValue(next.name);
});
