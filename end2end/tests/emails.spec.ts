// Emails and the actions of their links, in a real browser with a real mail server.

import { readFileSync } from 'node:fs';
import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, test } from '../fixtures';
import { post } from '../forms';
import { linkOf } from '../mailbox';
import { isRelease, program } from '../program';
import { anotherBrowser, logIn, logInFast, newUser, signUp, signUpFast } from '../users';

test('the link in an email confirms the address', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.goto('/dashboard');
  await expect(page.getByLabel('Your address is not confirmed')).toContainText(user.email);
  await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm your address/)));
  await page.getByRole('button', { name: 'Confirm address' }).click();
  await expect(page).toHaveURL('/dashboard');
  await expect(page.getByLabel('Your address is not confirmed')).toHaveCount(0);
  await expectFlashOnce(page, 'success', 'Your address is confirmed.');
});

test('a confirmation email that is asked for again within a minute is sent once', async ({ page, server }) => {
  const user = await signUpFast(page);
  await server.mailbox.last(user.email, /Confirm/);
  await page.goto('/dashboard');
  await page.getByRole('link', { name: 'No email?' }).click();
  await page.getByRole('button', { name: 'Send it again' }).click();
  await expectFlashOnce(page, 'success', `We sent an email to ${user.email}.`);
  // The email of a later request shows that the worker has seen this one.
  await post(page.request, '/account/password', { current_password: user.password, new_password: 'another teapot overboard' });
  await server.mailbox.last(user.email, /Your password was changed/);
  expect(server.mailbox.to(user.email).filter(({ subject }) => /Confirm/.test(subject))).toHaveLength(1);
});

test('a user who forgot their password sets a new one', async ({ page, server }) => {
  const user = newUser();
  await signUp(page, user);
  await server.mailbox.last(user.email, /Confirm/);
  const elsewhere = await anotherBrowser(page);
  await logInFast(elsewhere, user);

  await page.goto('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('Email').fill(user.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  const sent = `If ${user.email} has an account, we sent it an email with a link.`;
  await expectFlashOnce(page, 'info', sent);

  const link = linkOf(await server.mailbox.last(user.email, /A new password/));
  await page.goto(link);
  await page.getByLabel('New password').fill('password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expectFieldError(page, 'New password', /too easy to guess/);
  const changed = { ...user, password: 'another teapot overboard' };
  await page.getByLabel('New password').fill(changed.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expectFlashOnce(page, 'success', 'Your password was changed. Log in with the new one.');
  await logIn(page, changed);
  await expect(page).toHaveURL('/dashboard');
  await server.mailbox.last(user.email, /Your password was changed/);
  await elsewhere.goto('/dashboard');
  await expect(elsewhere).toHaveURL('/login');

  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link has expired');
});

test('an email has the same link as text and as HTML, and a name in it stays text', async ({ page, server }) => {
  const user = await signUpFast(page, newUser('Wilma <b>&amp; Mail'));
  const email = await server.mailbox.last(user.email, /Confirm/);
  await page.setContent(email.html);
  await expect(page.locator('body')).toContainText('Hello,');
  await expect(page.getByRole('link').first()).toHaveAttribute('href', linkOf(email));
  await expect(page.locator('body b, body img')).toHaveCount(0);
  expect(email.text).toContain('Hello,');
});

test('a release build has neither a development mailbox nor a log-in without a password', async ({ page, consoleErrors }) => {
  test.skip(!isRelease(), 'this is a debug build');
  consoleErrors.expectPage(404);
  for (const path of ['/dev/mailbox', '/dev/mails/reset', '/dev/log-in']) {
    expect((await page.goto(path))?.status()).toBe(404);
  }
  const binary = readFileSync(program());
  for (const path of ['/dev/mailbox', '/dev/log-in']) expect(binary.includes(path), path).toBe(false);
});
