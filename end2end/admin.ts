// The pages of the admin area, for the tests of all pages. Delete this file together with the admin area.

import { type Page, expect } from '@playwright/test';
import { type User, anotherBrowser, clearFlashes, confirm, newUser, post, signUpFast } from './users';
import { type PageEntry, at } from './page-entry';
import { turnOnTwoFactor } from './two-factor';

export const pageEntries: PageEntry[] = [
  at('/admin', 'admin overview', 'admin'),
  at('/admin/users', 'admin users', 'admin'),
  at('/admin/users/{id}', 'admin user', 'admin', { open: oneself }),
  at('/admin/sessions', 'admin sessions', 'admin'),
  at('/admin/activity', 'admin activity', 'admin'),
  at('/admin/audit', 'admin audit', 'admin'),
  at('/admin/jobs', 'admin jobs', 'admin'),
];

export const states: PageEntry[] = [
  { name: 'question before revoking', who: 'admin', open: askedBeforeRevoking },
  { name: 'question before logging everybody out', who: 'admin', open: askedAboutEverybody },
  { name: 'search without a hit', who: 'admin', open: (page) => page.goto('/admin/users?q=nobody-at-all') },
  { name: 'another user', who: 'admin', open: anotherUser },
  { name: 'closed account', who: 'admin', open: closedAccount },
  { name: 'ended sessions', who: 'admin', open: endedSessions },
  { name: 'no ended session', who: 'admin', open: (page) => page.goto('/admin/sessions?show=ended&q=nobody-at-all') },
  { name: 'activity of a week', who: 'admin', open: (page) => page.goto('/admin/activity?window=week') },
  { name: 'forbidden', who: 'member', status: 403, open: (page) => page.goto('/admin') },
  { name: 'user with two-factor', who: 'admin', open: seenByAdmin },
];

/** Opens the admin's page of this user. */
export async function openUser(page: Page, { email, name }: User): Promise<void> {
  await page.goto(`/admin/users?q=${email}`);
  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

async function askedAboutEverybody(page: Page) {
  await page.goto('/admin/sessions');
  await page.locator('summary', { hasText: 'Log everybody out' }).click();
  await expect(page.getByRole('button', { name: 'Log everybody out' })).toBeVisible();
}

async function askedBeforeRevoking(page: Page, user: User) {
  await openUser(page, user);
  await page.locator('summary', { hasText: 'Revoke all sessions' }).click();
  await expect(page.getByRole('button', { name: 'Revoke all', exact: true })).toBeVisible();
}

async function oneself(page: Page, user: User) {
  await openUser(page, user);
  await expect(page.getByText('This is you.')).toBeVisible();
}

async function anotherUser(page: Page) {
  await openUser(page, await signUpFast(await anotherBrowser(page), newUser('Wilma Watched')));
  await expect(page.getByRole('heading', { name: 'Set a password' })).toBeVisible();
}

async function closedAccount(page: Page) {
  await openUser(page, await signUpFast(await anotherBrowser(page), newUser('Wilma Watched')));
  await post(page.request, '/admin/users/close', { user_id: new URL(page.url()).pathname.split('/').pop() ?? '' });
  await clearFlashes(page);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Open the account' })).toBeVisible();
}

async function endedSessions(page: Page) {
  const theirs = await anotherBrowser(page);
  const { email } = await signUpFast(theirs, newUser('Wilma Watched'));
  await post(theirs.request, '/logout');
  await page.goto(`/admin/sessions?show=ended&q=${email}`);
  await expect(page.getByRole('row')).toHaveCount(2);
}

async function seenByAdmin(page: Page): Promise<void> {
  const theirs = await anotherBrowser(page);
  const user = await signUpFast(theirs, newUser('Wilma Watched'));
  await turnOnTwoFactor(theirs);
  await openUser(page, user);
  await expect(page.locator('summary', { hasText: 'Remove two-factor' })).toBeVisible();
}

export async function removeAsAdmin(page: Page, user: User): Promise<void> {
  await openUser(page, user);
  await confirm(page, 'Remove two-factor', 'Remove it');
}
