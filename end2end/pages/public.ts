// Pages for visitors without a log-in.

import { type Page, expect } from '@playwright/test';
import { flashes } from '../expectations';
import { type PageEntry, at, longName } from '../page-entry';
import { logIn, newUser, signUp, signUpAndLogIn } from '../users';

export const pages: PageEntry[] = [
  at('/', 'front page', 'anonymous'),
  at('/signup', 'sign-up', 'anonymous', { hasIsland: true }),
  at('/login', 'log-in', 'anonymous'),
  at('/forgot', 'forgotten password', 'anonymous'),
  at('/terms', 'terms', 'anonymous'),
  at('/privacy', 'privacy', 'anonymous'),
  at('/signup/sent', 'sign-up sent', 'anonymous', { open: (page) => signUp(page, newUser()) }),
  { name: 'front page of a member', who: 'member', open: (page) => page.goto('/') },
  { name: 'greeting', who: 'anonymous', open: (page) => greeting(page, newUser()) },
  { name: 'very long names', who: 'anonymous', open: longNames },
  { name: 'a wide name', who: 'anonymous', open: (page) => greeting(page, newUser('W'.repeat(100))) },
  { name: 'a name of marks', who: 'anonymous', open: (page) => greeting(page, newUser(`a${'\u0301'.repeat(99)}`)) },
  { name: 'a Hebrew name', who: 'anonymous', open: (page) => greeting(page, newUser('שרה (Sarah) לוי 3')) },
  { name: 'a name of emojis', who: 'anonymous', open: (page) => greeting(page, newUser('👩‍👩‍👧‍👦 🇫🇷')) },
  { name: 'sign-up with field errors', who: 'anonymous', hasIsland: true, open: signUpWithErrors },
  { name: 'log-in with a field error', who: 'anonymous', open: logInWithError },
];

async function greeting(page: Page, user: ReturnType<typeof newUser>) {
  await signUpAndLogIn(page, user);
  await expect(flashes(page)).toHaveCount(1);
}

async function longNames(page: Page) {
  const domain = `${longName.slice(0, 60)}.example.com`;
  const email = `${Date.now()}-${longName.slice(0, 50)}@${domain}`.toLowerCase();
  await greeting(page, { ...newUser(longName), email });
}

async function signUpWithErrors(page: Page) {
  await signUp(page, { name: '   ', email: 'robin..hood@example.com', password: 'password' });
  await expect(page.locator('[aria-invalid]')).toHaveCount(3);
}

async function logInWithError(page: Page) {
  await page.goto('/login');
  await logIn(page, newUser());
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}
