// Pages of the admin area.

import { type Page, expect } from '@playwright/test';
import { clearFlashes, post } from '../forms';
import { type PageEntry, at } from '../page-entry';
import type { Server } from '../server';
import { turnOnTwoFactor } from '../two-factor';
import { type User, anotherBrowser, ask, confirm, newUser, opener, signUpFast, signUpVerified } from '../users';
import { openMenu } from './account';

export const pages: PageEntry[] = [
  at('/admin', 'admin overview', 'admin'),
  at('/admin/users', 'admin users', 'admin'),
  at('/admin/users/{id}', 'admin user', 'admin', { open: ownUser }),
  at('/admin/sessions', 'admin sessions', 'admin'),
  at('/admin/activity', 'admin activity', 'admin'),
  at('/admin/audit', 'admin audit', 'admin'),
  at('/admin/jobs', 'admin jobs', 'admin'),
  { name: 'open menu of an admin', who: 'admin', open: openMenu },
  { name: 'question before revoking', who: 'admin', open: askBeforeRevoking },
  { name: 'question before logging all users out', who: 'admin', open: askBeforeLoggingAllOut },
  { name: 'search without a result', who: 'admin', open: (page) => page.goto('/admin/users?q=no-such-user') },
  { name: 'another user', who: 'admin', open: anotherUser },
  { name: 'disabled account', who: 'admin', open: disabledAccount },
  { name: 'ended sessions', who: 'admin', open: endedSessions },
  { name: 'no ended session', who: 'admin', open: (page) => page.goto('/admin/sessions?show=ended&q=no-such-user') },
  { name: 'activity of a week', who: 'admin', open: (page) => page.goto('/admin/activity?window=week') },
  { name: 'forbidden', who: 'member', status: 403, open: (page) => page.goto('/admin') },
  { name: 'user with two-factor', who: 'admin', open: userWithTwoFactor },
];

/** Opens the admin's page of this user. */
export async function openUser(page: Page, { email, name }: User): Promise<void> {
  await page.goto(`/admin/users?q=${email}`);
  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

async function askBeforeLoggingAllOut(page: Page) {
  await page.goto('/admin/sessions');
  await ask(page, 'Log out all users', 'Log out all users');
}

async function askBeforeRevoking(page: Page, user: User) {
  await openUser(page, user);
  await ask(page, 'Revoke all sessions', 'Revoke all');
}

async function ownUser(page: Page, user: User) {
  await openUser(page, user);
  await expect(page.getByText('This is you.')).toBeVisible();
}

async function anotherUser(page: Page) {
  await openUser(page, await signUpFast(await anotherBrowser(page), newUser('Wilma Watched')));
  await expect(page.getByRole('heading', { name: 'Set a password' })).toBeVisible();
}

async function disabledAccount(page: Page) {
  await openUser(page, await signUpFast(await anotherBrowser(page), newUser('Wilma Watched')));
  await post(page.request, '/admin/users/disable', { user_id: new URL(page.url()).pathname.split('/').pop() ?? '' });
  await clearFlashes(page);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Enable the account' })).toBeVisible();
}

async function endedSessions(page: Page) {
  const theirs = await anotherBrowser(page);
  const { email } = await signUpFast(theirs, newUser('Wilma Watched'));
  await post(theirs.request, '/logout');
  await page.goto(`/admin/sessions?show=ended&q=${email}`);
  await expect(page.getByRole('row')).toHaveCount(2);
}

async function userWithTwoFactor(page: Page, _admin: User, server: Server): Promise<void> {
  const theirs = await anotherBrowser(page);
  const user = await signUpVerified(theirs, server, newUser('Wilma Watched'));
  await turnOnTwoFactor(theirs);
  await openUser(page, user);
  await expect(opener(page, 'Remove two-factor')).toBeVisible();
}

export async function removeAsAdmin(page: Page, user: User): Promise<void> {
  await openUser(page, user);
  await confirm(page, 'Remove two-factor', 'Remove it');
}
