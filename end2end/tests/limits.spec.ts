// Rate limits: a client with too many attempts sees how long to wait, and other clients are not affected.

import type { Page } from '@playwright/test';
import { anAddress, expect, from, test } from '../fixtures';
import { anotherBrowser, arrive, logIn, post, seesMistake } from '../people';

const MOST = 10;
const WRONG = 'not the teapot';

async function isToldToWait(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Too many attempts');
  await expect(page.getByText(/^Try again in \d+ seconds?\.$/)).toBeVisible();
}

test('too many wrong passwords close the door for a while, and only at this address', async ({ page, complaints }) => {
  complaints.expectPage(429);
  const person = await arrive(await anotherBrowser(page, { extraHTTPHeaders: from(anAddress()) }));
  const wrong = { ...person, password: WRONG };
  await page.goto('/login');
  await logIn(page, wrong);
  await seesMistake(page, 'Password', 'This email and password do not go together.');
  const { request } = await anotherBrowser(page); // at the same address
  for (let guess = 1; guess < MOST; guess++) await post(request, '/login', { email: person.email, password: WRONG });

  await page.reload();
  await logIn(page, wrong);
  await isToldToWait(page);
  await page.getByRole('link', { name: 'Back to the form' }).click();
  await expect(page).toHaveURL('/login');
  await logIn(page, person); // the right password does not help
  await isToldToWait(page);

  const elsewhere = await anotherBrowser(page, { extraHTTPHeaders: from(anAddress()) });
  await elsewhere.goto('/login');
  await logIn(elsewhere, person);
  await expect(elsewhere).toHaveURL('/dashboard');
});

test('another person at the same address still logs in', async ({ page }) => {
  const person = await arrive(page);
  const neighbour = await arrive(await anotherBrowser(page));
  const { request } = await anotherBrowser(page);
  for (let guess = 0; guess < MOST; guess++) await post(request, '/login', { email: person.email, password: WRONG });
  const theirs = await anotherBrowser(page);
  await theirs.goto('/login');
  await logIn(theirs, neighbour);
  await expect(theirs).toHaveURL('/dashboard');
});

test('whoever guesses the password at a browser that was left open is slowed down too', async ({ page, complaints }) => {
  complaints.expectPage(429);
  await arrive(page);
  await page.goto('/reauthenticate');
  for (let guess = 0; guess < MOST; guess++) await post(page.request, '/reauthenticate', { password: WRONG });
  await page.getByLabel('Password', { exact: true }).fill(WRONG);
  await page.getByRole('button', { name: 'Go on' }).click();
  await isToldToWait(page);
  await page.getByRole('link', { name: 'Back to the form' }).click();
  await expect(page).toHaveURL('/reauthenticate');
});
