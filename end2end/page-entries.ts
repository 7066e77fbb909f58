// All pages of the product, from the files in pages/: a new page needs a line in one of them. The removal of a feature
// deletes its file.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { ConsoleErrors } from './console-errors';
import { expect } from './fixtures';
import type { PageEntry } from './page-entry';
import type { Server, Settings } from './server';
import { newUser, signUpFast, signUpVerified } from './users';

interface PageFile {
  pages: PageEntry[];
  /** Settings of the server that has these pages, if they are not the default. */
  settings?: Settings;
}

const FOLDER = join(__dirname, 'pages');
const files = readdirSync(FOLDER).toSorted().map((name): PageFile => require(join(FOLDER, name)));

export const pages = files.flatMap((file) => file.pages);
export const defaultPages = files.flatMap((file) => (file.settings ? [] : file.pages));

/** Opens a page as a new user with access to it. */
export async function openEntry(entry: PageEntry, page: Page, server: Server, consoleErrors: ConsoleErrors) {
  if (entry.status !== undefined) consoleErrors.expectPage(entry.status);
  const user = newUser();
  if (entry.who === 'verified') await signUpVerified(page, server, user);
  else if (entry.who !== 'anonymous') await signUpFast(page, user);
  if (entry.who === 'admin') server.grantAdmin(user.email);
  await entry.open(page, user, server);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}
