// Rate limits: a client with too many attempts sees how long to wait, and other clients are not affected.

import type { Page } from '@playwright/test';
import { expectFieldError } from '../expectations';
import { expect, fromIp, newIp, test } from '../fixtures';
import { post } from '../forms';
import { anotherBrowser, logIn, signUpFast } from '../users';

const MOST = 10;
const WRONG = 'not the teapot';

async function isToldToWait(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Too many attempts');
  await expect(page.getByText(/^Try again in \d+ minutes?\.$/)).toBeVisible();
}

test('too many wrong passwords block the user at this IP address only', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(429);
  const user = await signUpFast(await anotherBrowser(page, { extraHTTPHeaders: fromIp(newIp()) }));
  const wrong = { ...user, password: WRONG };
  await page.goto('/login');
  await logIn(page, wrong);
  await expectFieldError(page, 'Password', 'Incorrect email or password.');
  const { request } = await anotherBrowser(page); // at the same address
  for (let guess = 1; guess < MOST; guess++) await post(request, '/login', { email: user.email, password: WRONG });

  // One attempt comes back every 30 seconds, so a slow run needs another one.
  await expect(async () => {
    await page.goto('/login');
    await logIn(page, wrong);
    await isToldToWait(page);
  }).toPass({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Back to the form' }).click();
  await expect(page).toHaveURL('/login');
  await expect(page.getByLabel('Email')).toHaveValue(user.email);
  await logIn(page, user); // the right password does not help
  await isToldToWait(page);

  const elsewhere = await anotherBrowser(page, { extraHTTPHeaders: fromIp(newIp()) });
  await elsewhere.goto('/login');
  await logIn(elsewhere, user);
  await expect(elsewhere).toHaveURL('/dashboard');
});

test('another user at the same IP address can still log in', async ({ page }) => {
  const user = await signUpFast(page);
  const neighbour = await signUpFast(await anotherBrowser(page));
  const { request } = await anotherBrowser(page);
  for (let guess = 0; guess < MOST; guess++) await post(request, '/login', { email: user.email, password: WRONG });
  const theirs = await anotherBrowser(page);
  await theirs.goto('/login');
  await logIn(theirs, neighbour);
  await expect(theirs).toHaveURL('/dashboard');
});

test('too many wrong passwords on the page that asks again are blocked', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(429);
  await signUpFast(page);
  await page.goto('/reauthenticate');
  for (let guess = 0; guess < MOST; guess++) await post(page.request, '/reauthenticate', { password: WRONG });
  await page.getByLabel('Password', { exact: true }).fill(WRONG);
  await page.getByRole('button', { name: 'Continue' }).click();
  await isToldToWait(page);
  await expect(page.getByRole('button', { name: 'Log out, then log in again' })).toBeVisible();
  await page.getByRole('link', { name: 'Back to the form' }).click();
  await expect(page).toHaveURL('/reauthenticate');
});
