// Double clicks on the admins' buttons over a slow network: each action is done once.

import type { Page } from '@playwright/test';
import { openUser } from '../admin';
import { clickTwice, DELAYS, slowDown } from '../double-click';
import { expect, test } from '../fixtures';
import { type User, anotherBrowser, expectFlashOnce, newUser, signUpAdminFast, signUpFast } from '../users';

interface Case {
  /** The button that asks for confirmation. */
  asks?: string;
  button: string;
  says: string;
  /** The audit entry that must exist once. */
  audit: string;
}

const cases: Case[] = [
  { asks: 'Make an admin', button: 'Make an admin', says: 'Wilma Watched is an admin now.', audit: 'made an admin' },
  { asks: 'Close the account', button: 'Close it', says: 'The account of Wilma Watched is closed.', audit: 'closed the account' },
  { asks: 'Revoke all sessions', button: 'Revoke all', says: 'Wilma Watched is logged out everywhere.', audit: 'revoked all sessions' },
  { asks: 'Delete the account', button: 'Delete for good', says: 'The account of Wilma Watched is deleted.', audit: 'deleted the account' },
  { button: 'Set the password', says: 'Wilma Watched has a new password.', audit: 'set the password' },
];

async function isInAuditOnce(page: Page, { email }: User, action: string): Promise<void> {
  await page.goto(`/admin/audit?q=${email}`);
  await expect(page.getByRole('row').filter({ hasText: action })).toHaveCount(1);
}

for (const { asks, button, says, audit } of cases) {
  for (const delay of DELAYS) {
    test(`${button}, clicked twice within ${delay} ms, takes effect once`, async ({ page, server }) => {
      const member = await signUpFast(await anotherBrowser(page), newUser('Wilma Watched'));
      await signUpAdminFast(page, server);
      await openUser(page, member);
      if (asks) await page.locator('summary', { hasText: asks }).click();
      else await page.getByLabel('New password').fill('another teapot overboard');
      await slowDown(page);
      await clickTwice(page.getByRole('button', { name: button, exact: true }), delay);
      await expectFlashOnce(page, 'success', says);
      await isInAuditOnce(page, member, audit);
    });
  }
}
