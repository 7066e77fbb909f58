// Change of address, data export and log-in by email, in a real browser with a real mail server.

import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { linkOf } from '../mailbox';
import { anotherBrowser, expectFieldError, expectFlashOnce, logIn, logOut, newUser, signUpFast } from '../users';
import { confirmAddress } from '../scenarios';

test('the owner of the old address undoes a change of address', async ({ page, server }) => {
  const user = await signUpFast(page);
  await confirmAddress(page, user, server);
  const { email } = newUser();
  await page.goto('/account/email');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Change email' }).click();
  await page.goto(linkOf(await server.mailbox.last(email, /Confirm your new address/)));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page).toHaveURL('/account');

  const owner = await anotherBrowser(page);
  await owner.goto(linkOf(await server.mailbox.last(user.email, /Your address at .* was changed/)));
  await owner.getByRole('button', { name: 'Take it back' }).click();
  await expectFlashOnce(owner, 'success', `Your address is ${user.email} again.`);
  await logIn(owner, user);
  await expectFieldError(owner, 'Password', 'This email and password do not go together.');
  await owner.goto(linkOf(await server.mailbox.last(user.email, /A new password/)));
  const changed = { ...user, password: 'another teapot overboard' };
  await owner.getByLabel('New password').fill(changed.password);
  await owner.getByRole('button', { name: 'Change password' }).click();
  await logIn(owner, changed);
  await expect(owner).toHaveURL('/dashboard');
  await page.goto('/dashboard');
  await expectFlashOnce(page, 'warning', 'You were signed out. Your old address was taken back.');
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

test('a user logs in with the code in an email, and the link in it is then invalid', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm/)));
  await page.getByRole('button', { name: 'Yes, it is mine' }).click();
  await logOut(page);

  await page.getByRole('link', { name: 'Log in by mail, without a password' }).click();
  await page.getByLabel('Email').fill(user.email);
  await page.getByRole('button', { name: 'Send the mail' }).click();
  const mail = await server.mailbox.last(user.email, /Log in to/);
  const code = /where you asked for it: ([\d ]+)/.exec(mail.text)?.[1] ?? '';
  await page.getByLabel('Code').fill('1234 5678');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expectFieldError(page, 'Code', /This code is wrong or out of date\./);
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/dashboard');

  const phone = await anotherBrowser(page);
  await phone.goto(linkOf(mail));
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('This link is out of date');
});
