// Pages with flash messages, and error pages.

import { randomUUID } from 'node:crypto';
import { type Page, expect } from '@playwright/test';
import { flashes } from '../expectations';
import { post } from '../forms';
import { type PageEntry, longName } from '../page-entry';
import { type User, anotherBrowser, logIn, logInFast, newUser } from '../users';

export const pages: PageEntry[] = [
  { name: 'warning', who: 'member', open: signedOut },
  { name: 'three messages', who: 'member', open: threeMessages },
  { name: 'not found', who: 'anonymous', status: 404, open: (page) => page.goto('/nothing/here') },
  { name: 'wrong method', who: 'member', status: 405, open: (page) => page.goto('/account/devices/end') },
  { name: 'stale form', who: 'member', status: 403, open: staleForm },
  { name: 'too many log-ins', who: 'anonymous', status: 429, open: tooManyLogIns },
];

async function signedOut(page: Page, user: User) {
  const other = await anotherBrowser(page);
  await logInFast(other, user);
  await post(other.request, '/account/devices/end-others');
  await page.goto('/dashboard');
  await expect(flashes(page)).toContainText('You were logged out.');
}

async function threeMessages(page: Page) {
  await post(page.request, '/account', { name: longName });
  await post(page.request, '/account/devices/end-others');
  await post(page.request, '/account/devices/end', { id: randomUUID() });
  await page.goto('/account');
  await expect(flashes(page)).toHaveCount(3);
}

async function staleForm(page: Page, user: User) {
  // A live tab would leave by itself.
  await page.route('**/live.js?*', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto('/account');
  await post(page.request, '/logout');
  await logInFast(page, user);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'This form has expired' })).toBeVisible();
}

async function tooManyLogIns(page: Page) {
  const guessed = newUser();
  const { request } = await anotherBrowser(page); // its flash messages must not be on the page
  for (let guess = 0; guess < 10; guess++) await post(request, '/login', { ...guessed });
  await page.goto('/login');
  await logIn(page, guessed);
  await expect(page.getByText(/Try again in/)).toBeVisible();
}
