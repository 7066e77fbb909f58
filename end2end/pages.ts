// All pages of the product, and the states of pages that look different, for the tests of all pages. A new page needs a
// line here; a test compares the paths with tests/routes.txt.

import type { Page } from '@playwright/test';
import type { ConsoleErrors } from './console-errors';
import { expect } from './fixtures';
import * as admin from './admin';
import { newUser, signUpAdminFast, signUpFast } from './users';
import * as notes from './notes';
import { type PageEntry, at } from './page-entry';
import type { Server } from './server';
import * as twoFactor from './two-factor';
import * as scenarios from './scenarios';

export const pageEntries: PageEntry[] = [
  at('/', 'front page', 'anonymous'),
  at('/signup', 'sign-up', 'anonymous', { hasIsland: true }),
  at('/login', 'log-in', 'anonymous'),
  at('/forgot', 'forgotten password', 'anonymous'),
  at('/reset', 'reset out of date', 'anonymous'),
  at('/login/mail', 'log-in by mail', 'anonymous'),
  at('/login/link', 'log-in out of date', 'anonymous'),
  at('/verify', 'look into your mailbox', 'member'),
  at('/dashboard', 'dashboard', 'member'),
  ...notes.pageEntries,
  ...twoFactor.pageEntries,
  at('/account', 'profile', 'member'),
  at('/account/email', 'email', 'member'),
  at('/account/email/confirm', 'new email out of date', 'anonymous'),
  at('/account/email/undo', 'old email out of date', 'anonymous'),
  at('/account/recover', 'recovery out of date', 'anonymous'),
  at('/account/export', 'own data', 'member'),
  at('/account/password', 'password', 'member', { hasIsland: true }),
  at('/account/passkeys', 'passkeys', 'member'),
  at('/account/devices', 'devices', 'member', { open: scenarios.onTwoDevices }),
  at('/account/delete', 'farewell', 'member'),
  at('/reauthenticate', 'password once more', 'member'),
  ...admin.pageEntries,
];

export const states: PageEntry[] = [
  { name: 'front page of a member', who: 'member', open: (page) => page.goto('/') },
  { name: 'greeting', who: 'anonymous', open: scenarios.greeted },
  { name: 'warning', who: 'member', open: scenarios.signedOut },
  { name: 'three messages', who: 'member', open: scenarios.manyMessages },
  { name: 'open menu', who: 'admin', open: scenarios.openMenu },
  { name: 'very long names', who: 'anonymous', open: scenarios.longNames },
  ...notes.states,
  ...twoFactor.states,
  // Forms with field errors.
  { name: 'sign-up with mistakes', who: 'anonymous', hasIsland: true, open: scenarios.signUpWithMistakes },
  { name: 'log-in with a mistake', who: 'anonymous', open: scenarios.logInWithMistake },
  { name: 'profile with a mistake', who: 'member', open: scenarios.blankName },
  { name: 'email with a mistake', who: 'member', open: scenarios.noEmail },
  { name: 'wrong password once more', who: 'member', open: scenarios.wrongPassword },
  // Pages of links in emails.
  { name: 'address to confirm', who: 'anonymous', open: scenarios.toConfirm },
  { name: 'new password', who: 'anonymous', open: scenarios.toReset },
  { name: 'new email to confirm', who: 'member', open: scenarios.toConfirmNewEmail },
  { name: 'account to secure', who: 'member', open: scenarios.toRecover },
  { name: 'old email to take back', who: 'member', open: scenarios.toTakeBackOldEmail },
  { name: 'code of a mail', who: 'anonymous', open: scenarios.waitingForCode },
  { name: 'link to log in', who: 'member', open: scenarios.toLogInByLink },
  { name: 'account to be deleted', who: 'member', open: scenarios.leaving },
  // Lists with and without rows.
  ...admin.states,
  { name: 'devices that were logged out', who: 'member', open: scenarios.endedDevices },
  // Error pages.
  { name: 'not found', who: 'anonymous', status: 404, open: (page) => page.goto('/nothing/here') },
  { name: 'wrong method', who: 'member', status: 405, open: (page) => page.goto('/account/devices/end') },
  { name: 'stale form', who: 'member', status: 403, open: scenarios.staleForm },
  { name: 'too many log-ins', who: 'anonymous', status: 429, open: scenarios.tooManyLogIns },
];

/** Opens a page as a new user with access to it. */
export async function openEntry(entry: PageEntry, page: Page, server: Server, consoleErrors: ConsoleErrors): Promise<void> {
  if (entry.status !== undefined) consoleErrors.expectPage(entry.status);
  const user = newUser();
  if (entry.who === 'member') await signUpFast(page, user);
  if (entry.who === 'admin') await signUpAdminFast(page, server, user);
  await entry.open(page, user, server);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

