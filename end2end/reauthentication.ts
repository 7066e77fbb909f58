// The page that asks for the password again, and the time since it was last typed.

import type { Page } from '@playwright/test';
import { expectFlashOnce } from './expectations';
import { expect, sql } from './fixtures';
import type { Server } from './server';

/** Makes all passwords look as if they were typed long ago. */
export function expireSudo(server: Server): void {
  sql(server, 'update sessions set authenticated_at = 0');
}

export async function isAskedForPassword(page: Page): Promise<void> {
  await expect(page).toHaveURL('/reauthenticate');
  await expectFlashOnce(page, 'info', 'Confirm that it is you to continue.');
}

export async function typePassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
}
