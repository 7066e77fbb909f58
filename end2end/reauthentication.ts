// The password that is asked for once more: how long ago it was typed, the page that asks, and the answer.

import type { Page } from '@playwright/test';
import { expect, needsSql } from './fixtures';
import { seesOnce } from './people';
import type { Server } from './server';

/** From now on it is long ago that anybody typed a password. */
export function letTimePass(server: Server): void {
  needsSql(server);
  server.database.sql('update sessions set authenticated_at = 0');
}

export async function isAskedForPassword(page: Page): Promise<void> {
  await expect(page).toHaveURL('/reauthenticate');
  await seesOnce(page, 'info', 'This needs your password once more. Then you are taken back.');
}

export async function typePassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Go on' }).click();
}
