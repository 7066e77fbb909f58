// Pages that links in emails open, with a valid link and with an invalid one.

import type { Page } from '@playwright/test';
import { clearFlashes, post } from '../forms';
import { linkOf } from '../mailbox';
import { type PageEntry, at } from '../page-entry';
import type { Server } from '../server';
import { type User, newUser, signUp } from '../users';

export const pages: PageEntry[] = [
  at('/reset', 'invalid link to a new password', 'anonymous'),
  at('/account/email/confirm', 'invalid link to confirm a new email', 'anonymous'),
  at('/account/email/undo', 'invalid link to undo an email change', 'anonymous'),
  at('/account/recover', 'invalid link to recover an account', 'anonymous'),
  { name: 'link to confirm the address', who: 'anonymous', open: confirmAddress },
  { name: 'link to a new password', who: 'anonymous', open: newPassword },
  { name: 'link to confirm a new email', who: 'verified', open: confirmNewEmail },
  { name: 'link to undo an email change', who: 'verified', open: undoEmailChange },
  { name: 'link to recover an account', who: 'verified', open: recover },
];

async function confirmAddress(page: Page, user: User, server: Server) {
  await signUp(page, user);
  await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm/)));
}

async function newPassword(page: Page, user: User, server: Server) {
  await signUp(page, user);
  await post(page.request, '/forgot', { email: user.email });
  await clearFlashes(page);
  await page.goto(linkOf(await server.mailbox.last(user.email, /A new password/)));
}

async function confirmNewEmail(page: Page, _user: User, server: Server) {
  const { email } = newUser();
  await post(page.request, '/account/email', { email });
  await clearFlashes(page);
  await page.goto(linkOf(await server.mailbox.last(email, /Confirm your new address/)));
}

async function undoEmailChange(page: Page, user: User, server: Server) {
  await confirmNewEmail(page, user, server);
  await page.getByRole('button', { name: 'Use this address' }).click();
  await page.goto(linkOf(await server.mailbox.last(user.email, /Your address at .* was changed/)));
}

async function recover(page: Page, user: User, server: Server) {
  const passwords = { current_password: user.password, new_password: 'another teapot overboard' };
  await post(page.request, '/account/password', passwords);
  await clearFlashes(page);
  await page.goto(linkOf(await server.mailbox.last(user.email, /Your password was changed/)));
}
