// Log-in by email, which is off by default.

import { expectFieldError } from '../expectations';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { linkOf } from '../mailbox';
import { settings } from '../pages/magic-links';
import { anotherBrowser, logOutFast, signUpVerified } from '../users';

test.use({ settings: { ...settings, ...withoutLiveTabs } });

test('a user logs in with the code in an email, and the link in it is then invalid', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  await logOutFast(page);
  await page.goto('/login');
  await page.getByRole('link', { name: 'Log in by email, without a password' }).click();
  await page.getByLabel('Email').fill(user.email);
  await page.getByRole('button', { name: 'Send the email' }).click();
  const email = await server.mailbox.last(user.email, /Log in to/);
  const code = /where you asked for it: ([\d ]+)/.exec(email.text)?.[1] ?? '';
  await page.getByLabel('Code').fill('1234 5678');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expectFieldError(page, 'Code', /This code is incorrect or has expired\./);
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/dashboard');

  const phone = await anotherBrowser(page);
  await phone.goto(linkOf(email));
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('This link has expired');
});
