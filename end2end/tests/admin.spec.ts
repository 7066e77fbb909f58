// The admin area: finds users and sessions, and ends sessions.

import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { anotherBrowser, ask, confirm, logIn, newUser, signUpAdmin, signUpFast } from '../users';

test.use({ settings: withoutLiveTabs });

test('an admin finds a user and sees their sessions', async ({ page, server }) => {
  const member = await signUpFast(await anotherBrowser(page), newUser('Quincy Findable'));
  await signUpAdmin(page, server);
  await page.goto('/dashboard');
  await page.locator('header').getByRole('link', { name: 'Admin' }).click();
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  await page.getByRole('searchbox').fill(member.email.toUpperCase());
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText('1 user', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Quincy Findable' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Quincy Findable');
  await expect(page.getByRole('definition').filter({ hasText: member.email })).toBeVisible();
  await expect(page.locator('[data-row]')).toHaveCount(1);
});

test('a search without a result says so', async ({ page, server }) => {
  await signUpAdmin(page, server);
  for (const path of ['/admin/users', '/admin/sessions']) {
    await page.goto(path);
    await page.getByRole('searchbox').fill('100%_nobody');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page.getByText(/No users found|No session found/)).toBeVisible();
    await expect(page.getByRole('searchbox')).toHaveValue('100%_nobody');
  }
});

test('sorting the users keeps the search', async ({ page, server }) => {
  const word = `sorted-${Date.now()}`;
  for (const name of [`B ${word}`, `A ${word}`, `C ${word}`]) {
    await signUpFast(page, newUser(name));
    await page.context().clearCookies();
  }
  await signUpAdmin(page, server);
  await page.goto(`/admin/users?q=${word}`);
  const names = page.locator('tbody tr td:first-child a');
  await expect(names).toHaveText([`C ${word}`, `A ${word}`, `B ${word}`]);
  await page.getByRole('link', { name: 'Name', exact: true }).click();
  await expect(names).toHaveText([`A ${word}`, `B ${word}`, `C ${word}`]);
  await expect(page.getByRole('searchbox')).toHaveValue(word);
});

test('revoking all sessions of a user asks for confirmation and shows the result once', async ({ page, server }) => {
  const member = await signUpFast(await anotherBrowser(page), newUser('Quincy Revoked'));
  await signUpAdmin(page, server);
  await page.goto(`/admin/users?q=${member.email}`);
  await page.getByRole('link', { name: 'Quincy Revoked' }).click();
  const button = await ask(page, 'Revoke all sessions', 'Revoke all');
  await expect(page.getByText('Quincy Revoked will be logged out everywhere.', { exact: true })).toBeVisible();
  await button.click();
  await expectFlashOnce(page, 'success', 'Quincy Revoked is logged out everywhere.');
  await expect(page.getByText('Not logged in')).toBeVisible();
});

test('an admin who revokes their own session is logged out', async ({ page, server }) => {
  const admin = await signUpAdmin(page, server);
  await page.goto(`/admin/sessions?q=${admin.email}`);
  await confirm(page, 'Revoke', 'Revoke session');
  await expect(page).toHaveURL('/login');
});

test('the owner of a disabled account cannot log in until an admin enables it', async ({ page, server }) => {
  const theirs = await anotherBrowser(page);
  const member = await signUpFast(theirs, newUser('Paula Paused'));
  await theirs.goto('/dashboard');
  await signUpAdmin(page, server);
  await page.goto(`/admin/users?q=${member.email}`);
  await page.getByRole('link', { name: member.name }).click();
  await confirm(page, 'Disable the account', 'Disable it');
  await expectFlashOnce(page, 'success', 'The account of Paula Paused is disabled.');

  await theirs.getByRole('link', { name: 'Your devices' }).first().click();
  await expect(theirs).toHaveURL('/login');
  await logIn(theirs, member);
  await expectFieldError(theirs, 'Email', 'This account is disabled. Contact an administrator.');

  await page.getByRole('button', { name: 'Enable the account' }).click();
  await expectFlashOnce(page, 'success', 'Paula Paused can log in again.');
  await logIn(theirs, member);
  await expect(theirs).toHaveURL('/account/devices');

  await page.goto(`/admin/audit?q=${member.email}`);
  await expect(page.getByRole('row')).toContainText(['What happened', 'enabled the account', 'disabled the account']);
});
