// The user's own account: name, password, devices and data.

import { readFileSync } from 'node:fs';
import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { anotherBrowser, confirm, logIn, signUpFast } from '../users';

test.use({ settings: withoutLiveTabs });

test('a changed name is shown in the menu', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Zoë O’Hara <b>');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/account');
  await expectFlashOnce(page, 'success', 'Your profile is saved.');
  await expect(page.getByLabel('Name')).toHaveValue('Zoë O’Hara <b>');
  await page.getByLabel('Your menu').click();
  await expect(page.locator('header').getByText('Zoë O’Hara <b>')).toBeVisible();
});

test('a blank name is refused with an error at its field', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('   ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectFieldError(page, 'Name', 'Please fill this in.');
});

test('a password change with a wrong current password is refused', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/account/password');
  await page.getByLabel('Current password').fill('not the teapot');
  await page.getByLabel('New password').fill('a brass sextant at dawn');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page).toHaveURL('/account/password');
  await expect(page.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Current password')).toHaveValue('');
  await expect(page.getByLabel('New password')).toHaveValue('');
});

test('a password change logs other devices out, and only the new password works', async ({ page }) => {
  const user = await signUpFast(page);
  const other = await anotherBrowser(page);
  await other.goto('/login');
  await logIn(other, user);
  await expect(other).toHaveURL('/dashboard');

  await page.goto('/account/password');
  const changed = { ...user, password: 'a brass sextant at dawn' };
  await page.getByLabel('Current password').fill(user.password);
  await page.getByLabel('New password').fill(changed.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expectFlashOnce(page, 'success', 'Your password was changed.');

  await other.goto('/account');
  await expect(other).toHaveURL('/login');
  await expectFlashOnce(other, 'warning', 'You were logged out.');
  await logIn(other, user);
  await expectFieldError(other, 'Password', 'Incorrect email or password.');
  await logIn(other, changed);
  await expect(other).toHaveURL('/account');
});

test('a user logs one other device out', async ({ page }) => {
  const user = await signUpFast(page);
  const phone = await anotherBrowser(page, { userAgent: 'Mozilla/5.0 (iPhone) Safari/605' });
  await phone.goto('/login');
  await logIn(phone, user);
  await expect(phone).toHaveURL('/dashboard');

  await page.goto('/account/devices');
  const devices = page.locator('[data-row]');
  await expect(devices).toHaveCount(2);
  await expect(devices.filter({ hasText: 'This device' })).toHaveCount(1);
  await expect(devices.filter({ hasText: 'This device' }).getByRole('button')).toHaveCount(0);
  await page.getByRole('button', { name: 'Log out Safari on iPhone' }).click();
  await expect(page).toHaveURL('/account/devices');
  await expectFlashOnce(page, 'success', 'The device was logged out.');
  await expect(devices).toHaveCount(1);

  await phone.getByLabel('Your menu').click();
  await phone.getByRole('link', { name: 'Your account' }).first().click();
  await expect(phone).toHaveURL('/login');
  await expectFlashOnce(phone, 'warning', 'You were logged out.');
});

test('a user logs all other devices out', async ({ page }) => {
  const user = await signUpFast(page);
  for (const _ of [1, 2]) {
    const other = await anotherBrowser(page);
    await other.goto('/login');
    await logIn(other, user);
    await expect(other).toHaveURL('/dashboard');
  }
  await page.goto('/account/devices');
  await expect(page.locator('[data-row]')).toHaveCount(3);
  await confirm(page, 'Log out all other devices', 'Log them out');
  await expectFlashOnce(page, 'success', '2 other devices are logged out.');
  await expect(page.locator('[data-row]')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Log out all other devices' })).toHaveCount(0);
});

test('a user downloads their data', async ({ page }) => {
  const user = await signUpFast(page);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Download your data' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const file = await (await downloading).path();
  expect(JSON.parse(readFileSync(file, 'utf8')).account.email).toBe(user.email);
});
