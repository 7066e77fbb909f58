// Pages of log-in by email.

import { type Page, expect } from '@playwright/test';
import { post } from '../forms';
import { linkOf } from '../mailbox';
import { type PageEntry, at } from '../page-entry';
import type { Server } from '../server';
import { type User, anotherBrowser, newUser } from '../users';

/** Setting of the server that has these pages. */
export const settings = { MAGIC_LINKS: 'true' };

export const pages: PageEntry[] = [
  at('/login/mail', 'log-in by email', 'anonymous'),
  at('/login/link', 'invalid link to log in', 'anonymous'),
  { name: 'code of an email', who: 'anonymous', open: askForCode },
  { name: 'link to log in', who: 'verified', open: openLink },
];

async function askForCode(page: Page) {
  await post(page.request, '/login/mail', { email: newUser().email });
  await page.goto('/login/mail');
  await expect(page.getByLabel('Code')).toBeVisible();
}

async function openLink(page: Page, user: User, server: Server) {
  await post((await anotherBrowser(page)).request, '/login/mail', { email: user.email });
  await page.goto(linkOf(await server.mailbox.last(user.email, /Log in to/)));
}
