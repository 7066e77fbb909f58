// Sensitive pages ask for the password again if it was typed too long ago, and then continue.

import { expect, test } from '../fixtures';
import { linkOf } from '../mailbox';
import { arrive, logIn, logOut, seesMistake, seesOnce, somebody } from '../people';
import { isAskedForPassword, letTimePass, typePassword } from '../reauthentication';

test('a person changes their address and logs in with the new one', async ({ page, server }) => {
  const person = await arrive(page);
  const moved = { ...person, email: somebody().email };
  letTimePass(server);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Change your email address' }).click();
  await isAskedForPassword(page);
  await typePassword(page, person.password);

  await expect(page).toHaveURL('/account/email');
  await expect(page.getByLabel('Email')).toHaveValue(person.email);
  await page.getByLabel('Email').fill(moved.email);
  await page.getByRole('button', { name: 'Change email' }).click();
  await expect(page).toHaveURL('/account');
  await seesOnce(page, 'info', `A mail is on its way to ${moved.email}.`);
  await page.goto(linkOf(await server.mailbox.last(moved.email, /Confirm your new address/)));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await seesOnce(page, 'success', 'Your address is changed. Your other devices are logged out.');
  await expect(page.locator('main').getByText(moved.email)).toBeVisible();

  await logOut(page);
  await logIn(page, person);
  await seesMistake(page, 'Password', 'This email and password do not go together.');
  await logIn(page, moved);
  await expect(page).toHaveURL('/dashboard');
});

test('an address that was typed comes back after the password', async ({ page, server }) => {
  const person = await arrive(page);
  await page.goto('/account/email');
  await page.getByLabel('Email').fill('moved@example.com');
  letTimePass(server);
  await page.getByRole('button', { name: 'Change email' }).click();
  await isAskedForPassword(page);
  await typePassword(page, person.password);
  await expect(page).toHaveURL('/account/email');
  await expect(page.getByLabel('Email')).toHaveValue('moved@example.com');
});

test('a person deletes their account, and keeps it after all', async ({ page, server }) => {
  const person = await arrive(page);
  letTimePass(server);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Delete your account' }).click();
  await isAskedForPassword(page);
  await typePassword(page, person.password);

  await expect(page).toHaveURL('/account/delete');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page).toHaveURL('/');
  await seesOnce(page, 'success', /Your account will be deleted on .*\. Log in before then to keep it\./);
  await page.goto('/login');
  await logIn(page, person);
  const banner = page.getByLabel('Your account will be deleted');
  await expect(banner).toContainText('as you wanted');
  await banner.getByRole('button', { name: 'Keep my account' }).click();
  await seesOnce(page, 'success', 'Your account stays. Good to have you back.');
  await expect(banner).toHaveCount(0);
});

test('who has just logged in is not asked', async ({ page }) => {
  await arrive(page);
  for (const path of ['/account/email', '/account/delete']) {
    await page.goto(path);
    await expect(page).toHaveURL(path);
  }
});

test('who minds the question goes somewhere else', async ({ page, server }) => {
  await arrive(page);
  letTimePass(server);
  await page.goto('/account/delete');
  await isAskedForPassword(page);
  await page.getByRole('link', { name: 'Never mind' }).click();
  await expect(page).toHaveURL('/dashboard');
});
