// All pages of the product, and the states of pages that look different, for the tests of all pages. A new page needs a
// line here; a test compares the paths with tests/routes.txt.

import type { Page } from '@playwright/test';
import { type Complaints, expect } from './fixtures';
import * as admin from './admin';
import { arrive, arriveAsAdmin, somebody } from './people';
import * as notes from './notes';
import { type Place, at } from './place';
import type { Server } from './server';
import * as twoFactor from './two-factor';
import * as ways from './ways';

export const places: Place[] = [
  at('/', 'front page', 'stranger'),
  at('/signup', 'sign-up', 'stranger', { hasIsland: true }),
  at('/login', 'log-in', 'stranger'),
  at('/forgot', 'forgotten password', 'stranger'),
  at('/reset', 'reset out of date', 'stranger'),
  at('/login/mail', 'log-in by mail', 'stranger'),
  at('/login/link', 'log-in out of date', 'stranger'),
  at('/verify', 'look into your mailbox', 'member'),
  at('/dashboard', 'dashboard', 'member'),
  ...notes.places,
  ...twoFactor.places,
  at('/account', 'profile', 'member'),
  at('/account/email', 'email', 'member'),
  at('/account/email/confirm', 'new email out of date', 'stranger'),
  at('/account/email/undo', 'old email out of date', 'stranger'),
  at('/account/recover', 'recovery out of date', 'stranger'),
  at('/account/export', 'own data', 'member'),
  at('/account/password', 'password', 'member', { hasIsland: true }),
  at('/account/passkeys', 'passkeys', 'member'),
  at('/account/devices', 'devices', 'member', { open: ways.onTwoDevices }),
  at('/account/delete', 'farewell', 'member'),
  at('/reauthenticate', 'password once more', 'member'),
  ...admin.places,
];

export const states: Place[] = [
  { name: 'front page of a member', who: 'member', open: (page) => page.goto('/') },
  { name: 'greeting', who: 'stranger', open: ways.greeted },
  { name: 'warning', who: 'member', open: ways.signedOut },
  { name: 'three messages', who: 'member', open: ways.manyMessages },
  { name: 'open menu', who: 'admin', open: ways.openMenu },
  { name: 'very long names', who: 'stranger', open: ways.longNames },
  ...notes.states,
  ...twoFactor.states,
  // Forms with field errors.
  { name: 'sign-up with mistakes', who: 'stranger', hasIsland: true, open: ways.signUpWithMistakes },
  { name: 'log-in with a mistake', who: 'stranger', open: ways.logInWithMistake },
  { name: 'profile with a mistake', who: 'member', open: ways.blankName },
  { name: 'email with a mistake', who: 'member', open: ways.noEmail },
  { name: 'wrong password once more', who: 'member', open: ways.wrongPassword },
  // Pages of links in emails.
  { name: 'address to confirm', who: 'stranger', open: ways.toConfirm },
  { name: 'new password', who: 'stranger', open: ways.toReset },
  { name: 'new email to confirm', who: 'member', open: ways.toConfirmNewEmail },
  { name: 'account to secure', who: 'member', open: ways.toRecover },
  { name: 'old email to take back', who: 'member', open: ways.toTakeBackOldEmail },
  { name: 'code of a mail', who: 'stranger', open: ways.waitingForCode },
  { name: 'link to log in', who: 'member', open: ways.toLogInByLink },
  { name: 'account to be deleted', who: 'member', open: ways.leaving },
  // Lists with and without rows.
  ...admin.states,
  { name: 'devices that were logged out', who: 'member', open: ways.endedDevices },
  // Error pages.
  { name: 'not found', who: 'stranger', status: 404, open: (page) => page.goto('/nothing/here') },
  { name: 'wrong method', who: 'member', status: 405, open: (page) => page.goto('/account/devices/end') },
  { name: 'stale form', who: 'member', status: 403, open: ways.staleForm },
  { name: 'too many log-ins', who: 'stranger', status: 429, open: ways.tooManyLogIns },
];

/** Opens a place as a new user with access to it. */
export async function visit(place: Place, page: Page, server: Server, complaints: Complaints): Promise<void> {
  if (place.status !== undefined) complaints.expectPage(place.status);
  const person = somebody();
  if (place.who === 'member') await arrive(page, person);
  if (place.who === 'admin') await arriveAsAdmin(page, server, person);
  await place.open(page, person, server);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

