// Emails and the actions of their links, in a real browser with a real mail server.

import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { linkOf } from '../mailbox';
import { anotherBrowser, arrive, enter, logIn, seesMistake, seesOnce, signUp, somebody } from '../people';
import { isRelease, program } from '../server';

test('a person confirms their address by the link in a mail', async ({ page, server }) => {
  const person = await arrive(page);
  await page.goto('/dashboard');
  await expect(page.getByLabel('To do')).toContainText(person.email);
  await page.goto(linkOf(await server.mailbox.last(person.email, /Confirm your address/)));
  await page.getByRole('button', { name: 'Yes, it is mine' }).click();
  await expect(page).toHaveURL('/dashboard');
  await expect(page.getByLabel('To do')).toHaveCount(0);
  await seesOnce(page, 'success', 'Your address is confirmed.');
});

test('a mail that did not come is sent again', async ({ page, server }) => {
  const person = await arrive(page);
  await server.mailbox.last(person.email, /Confirm/);
  await page.goto('/dashboard');
  await page.getByRole('link', { name: 'No mail?' }).click();
  await page.getByRole('button', { name: 'Send it again' }).click();
  await seesOnce(page, 'success', `A mail is on its way to ${person.email}.`);
  await expect.poll(() => server.mailbox.to(person.email).length).toBe(2);
});

test('a person who forgot their password chooses a new one', async ({ page, server }) => {
  const person = somebody();
  await signUp(page, person);
  await server.mailbox.last(person.email, /Confirm/);
  const elsewhere = await anotherBrowser(page);
  await enter(elsewhere, person);

  await page.goto('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await seesOnce(page, 'info', `If there is an account of ${person.email}, a mail with a link is on its way to it.`);

  const link = linkOf(await server.mailbox.last(person.email, /A new password/));
  await page.goto(link);
  await page.getByLabel('New password').fill('password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await seesMistake(page, 'New password', /too easy to guess/);
  const changed = { ...person, password: 'another teapot overboard' };
  await page.getByLabel('New password').fill(changed.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await seesOnce(page, 'success', 'Your password is changed. Log in with the new one.');
  await logIn(page, changed);
  await expect(page).toHaveURL('/dashboard');
  await server.mailbox.last(person.email, /Your password was changed/);
  await elsewhere.goto('/dashboard');
  await expect(elsewhere).toHaveURL('/login');

  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link is out of date');
});

test('a mail says the same as text and as HTML', async ({ page, server }) => {
  const person = await arrive(page, somebody('Wilma <b>&amp; Mail'));
  const mail = await server.mailbox.last(person.email, /Confirm/);
  await page.setContent(mail.html);
  await expect(page.locator('body')).toContainText('Hello,');
  await expect(page.getByRole('link').first()).toHaveAttribute('href', linkOf(mail));
  await expect(page.locator('body b, body img')).toHaveCount(0);
  expect(mail.text).toContain('Hello,');
});

test('a release build has no mailbox for developers', async ({ page, complaints }) => {
  test.skip(!isRelease(), 'this is a debug build');
  complaints.expectPage(404);
  for (const path of ['/dev/mailbox', '/dev/mails/reset']) {
    expect((await page.goto(path))?.status()).toBe(404);
  }
  expect(readFileSync(program()).includes('/dev/mailbox')).toBe(false);
});
