// Sensitive pages ask for the password again if it was typed too long ago, and then continue.

import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, test } from '../fixtures';
import { linkOf } from '../mailbox';
import { expireSudo, isAskedForPassword, typePassword } from '../reauthentication';
import { logIn, logOut, newUser, signUpFast, signUpVerified } from '../users';

test('a user types the password, changes the address and logs in with the new one', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  const moved = { ...user, email: newUser().email };
  expireSudo(server);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Change your email address' }).click();
  await isAskedForPassword(page);
  await typePassword(page, user.password);

  await expect(page).toHaveURL('/account/email');
  await expect(page.getByLabel('Email')).toHaveValue(user.email);
  await page.getByLabel('Email').fill(moved.email);
  await page.getByRole('button', { name: 'Change email' }).click();
  await expect(page).toHaveURL('/account');
  await expectFlashOnce(page, 'info', `We sent an email to ${moved.email}.`);
  await page.goto(linkOf(await server.mailbox.last(moved.email, /Confirm your new address/)));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expectFlashOnce(page, 'success', 'Your email address was changed. Your other devices were logged out.');
  await expect(page.locator('main').getByText(moved.email)).toBeVisible();

  await logOut(page);
  await logIn(page, user);
  await expectFieldError(page, 'Password', 'Incorrect email or password.');
  await logIn(page, moved);
  await expect(page).toHaveURL('/dashboard');
});

test('the form keeps its input while the password is asked for', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  await page.goto('/account/email');
  await page.getByLabel('Email').fill('moved@example.com');
  expireSudo(server);
  await page.getByRole('button', { name: 'Change email' }).click();
  await isAskedForPassword(page);
  await typePassword(page, user.password);
  await expect(page).toHaveURL('/account/email');
  await expect(page.getByLabel('Email')).toHaveValue('moved@example.com');
});

test('a user types the password, deletes the account and then keeps it', async ({ page, server }) => {
  const user = await signUpFast(page);
  expireSudo(server);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Delete your account' }).click();
  await isAskedForPassword(page);
  await typePassword(page, user.password);

  await expect(page).toHaveURL('/account/delete');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page).toHaveURL('/');
  await expectFlashOnce(page, 'success', /Your account will be deleted on .*\. Log in before then to cancel\./);
  await page.goto('/login');
  await logIn(page, user);
  const banner = page.getByLabel('Your account will be deleted');
  await expect(banner).toContainText('Your account will be deleted on');
  await banner.getByRole('button', { name: 'Keep my account' }).click();
  await expectFlashOnce(page, 'success', 'Your account will not be deleted.');
  await expect(banner).toHaveCount(0);
});

test('a user who has just logged in is not asked for the password', async ({ page, server }) => {
  await signUpVerified(page, server);
  for (const path of ['/account/email', '/account/delete']) {
    await page.goto(path);
    await expect(page).toHaveURL(path);
  }
});

test('a user who declines to type the password gets to the dashboard', async ({ page, server }) => {
  await signUpFast(page);
  expireSudo(server);
  await page.goto('/account/delete');
  await isAskedForPassword(page);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/dashboard');
});
