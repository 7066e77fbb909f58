// An admin ends a session while its user looks at a page: the user's next click shows the reason once.

import type { Page } from '@playwright/test';
import { openUser } from '../admin';
import { type Ending, type Scene, eachShowsItsReasonOnce } from '../end-reasons';
import { expect, test } from '../fixtures';
import {
  anotherBrowser,
  confirm,
  expectFlashOnce,
  flashes,
  logIn,
  newUser,
  signUpAdminFast,
  signUpFast,
} from '../users';

const NEW_PASSWORD = 'a brass sextant at dawn';

const endings: Ending[] = [
  {
    what: 'sessions that an admin revoked',
    end: (scene) => asAdmin(scene, (admin) => confirm(admin, 'Revoke all sessions', 'Revoke all')),
    told: 'An administrator ended this log-in.',
  },
  {
    what: 'a password that an admin set',
    end: (scene) =>
      asAdmin(scene, async (admin) => {
        await admin.getByLabel('New password').fill(NEW_PASSWORD);
        await admin.getByRole('button', { name: 'Set the password' }).click();
      }),
    told: 'An administrator set a new password for you.',
  },
  {
    what: 'an account that an admin closed',
    end: (scene) => asAdmin(scene, (admin) => confirm(admin, 'Close the account', 'Close it')),
    told: 'Your account was closed.',
  },
  {
    what: 'an admin who logs all users out',
    end: async ({ other, server }) => {
      await signUpAdminFast(other, server);
      await other.goto('/admin/sessions');
      await confirm(other, 'Log everybody out', 'Log everybody out');
      await expect(other).toHaveURL('/login');
      await expectFlashOnce(other, 'success', 'Everybody is logged out, and so are you.');
    },
    told: 'All users were signed out.',
  },
];

async function asAdmin({ user, other, server }: Scene, act: (admin: Page) => Promise<void>): Promise<void> {
  await signUpAdminFast(other, server);
  await openUser(other, user);
  await act(other);
  await expect(flashes(other)).toHaveAttribute('data-flash', 'success');
}

eachShowsItsReasonOnce(endings);

test('the user and the admins see why a session ended', async ({ page, server }) => {
  const user = await signUpFast(page, newUser('Ende Gut'));
  await page.goto('/dashboard');
  const admin = await anotherBrowser(page);
  await signUpAdminFast(admin, server);
  await openUser(admin, user);
  await confirm(admin, 'Revoke all sessions', 'Revoke all');
  await expect(admin.locator('section', { hasText: 'Ended lately' }).getByRole('listitem')).toContainText(
    'revoked by an admin',
  );
  await admin.goto('/admin/sessions');
  await admin.getByRole('link', { name: 'Ended lately' }).click();
  await admin.getByRole('searchbox').fill(user.email);
  await admin.getByRole('button', { name: 'Search' }).click();
  await expect(admin.getByRole('link', { name: 'Ended lately' })).toHaveAttribute('aria-current', 'true');
  await expect(admin.getByRole('row')).toContainText(['Why', 'revoked by an admin']);

  await page.reload();
  await logIn(page, user);
  await page.goto('/account/devices');
  await expect(page.locator('[data-session]')).toHaveCount(1);
  await expect(page.locator('section', { hasText: 'Ended lately' }).getByRole('listitem')).toContainText(
    'revoked by an admin',
  );
});
