// The user's own account: name, password, devices.

import { expect, test } from '../fixtures';
import { arrive, logIn, seesMistake, seesOnce } from '../people';

test('a person changes their name, and it stands in the menu', async ({ page }) => {
  await arrive(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Zoë O’Hara <b>');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/account');
  await seesOnce(page, 'success', 'Your profile is saved.');
  await expect(page.getByLabel('Name')).toHaveValue('Zoë O’Hara <b>');
  await page.getByLabel('Your menu').click();
  await expect(page.locator('header').getByText('Zoë O’Hara <b>')).toBeVisible();
});

test('a name of blanks is refused at its field', async ({ page }) => {
  await arrive(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('   ');
  await page.getByRole('button', { name: 'Save' }).click();
  await seesMistake(page, 'Name', 'Please fill this in.');
});

test('a new password needs the current one', async ({ page }) => {
  await arrive(page);
  await page.goto('/account/password');
  await page.getByLabel('Current password').fill('not the teapot');
  await page.getByLabel('New password').fill('a brass sextant at dawn');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page).toHaveURL('/account/password');
  await expect(page.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Current password')).toHaveValue('');
  await expect(page.getByLabel('New password')).toHaveValue('');
});

test('a new password logs the other devices out, and is the one that opens the door', async ({ page, browser }) => {
  const person = await arrive(page);
  const other = await (await browser.newContext()).newPage();
  await other.goto('/login');
  await logIn(other, person);
  await expect(other).toHaveURL('/dashboard');

  await page.goto('/account/password');
  const changed = { ...person, password: 'a brass sextant at dawn' };
  await page.getByLabel('Current password').fill(person.password);
  await page.getByLabel('New password').fill(changed.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await seesOnce(page, 'success', 'Your password is changed.');

  await other.goto('/account');
  await expect(other).toHaveURL('/login');
  await seesOnce(other, 'warning', 'You were signed out.');
  await logIn(other, person);
  await seesMistake(other, 'Password', 'This email and password do not go together.');
  await logIn(other, changed);
  await expect(other).toHaveURL('/account');
});

test('a person sees their devices and logs one of them out', async ({ page, browser }) => {
  const person = await arrive(page);
  const phone = await (await browser.newContext({ userAgent: 'Mozilla/5.0 (iPhone) Safari/605' })).newPage();
  await phone.goto('/login');
  await logIn(phone, person);
  await expect(phone).toHaveURL('/dashboard');

  await page.goto('/account/devices');
  const devices = page.locator('[data-session]');
  await expect(devices).toHaveCount(2);
  await expect(devices.filter({ hasText: 'This device' })).toHaveCount(1);
  await expect(devices.filter({ hasText: 'This device' }).getByRole('button')).toHaveCount(0);
  await page.getByRole('button', { name: 'Log out Safari on iPhone' }).click();
  await expect(page).toHaveURL('/account/devices');
  await seesOnce(page, 'success', 'That device is logged out.');
  await expect(devices).toHaveCount(1);

  await phone.getByLabel('Your menu').click();
  await phone.getByRole('link', { name: 'Your account' }).first().click();
  await expect(phone).toHaveURL('/login');
  await seesOnce(phone, 'warning', 'You were signed out.');
});

test('a person logs all other devices out at once', async ({ page, browser }) => {
  const person = await arrive(page);
  for (const _ of [1, 2]) {
    const other = await (await browser.newContext()).newPage();
    await other.goto('/login');
    await logIn(other, person);
    await expect(other).toHaveURL('/dashboard');
  }
  await page.goto('/account/devices');
  await expect(page.locator('[data-session]')).toHaveCount(3);
  await page.getByRole('button', { name: 'Log out all other devices' }).click();
  await seesOnce(page, 'success', '2 other devices are logged out.');
  await expect(page.locator('[data-session]')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Log out all other devices' })).toHaveCount(0);
});
