// An admin ends a session while its user looks at a page: the user's next click shows the reason once.

import type { Page } from '@playwright/test';
import { type EndReasonCase, type EndScene, eachShowsItsReasonOnce } from '../end-reasons';
import { expectFlashOnce, flashes } from '../expectations';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { openUser } from '../pages/admin';
import { anotherBrowser, confirm, logIn, newUser, signUpAdmin, signUpFast } from '../users';

test.use({ settings: withoutLiveTabs });

const NEW_PASSWORD = 'a brass sextant at dawn';

const cases: EndReasonCase[] = [
  {
    what: 'sessions that an admin revoked',
    end: (scene) => asAdmin(scene, (admin) => confirm(admin, 'Revoke all sessions', 'Revoke all')),
    message: 'An administrator ended this log-in.',
  },
  {
    what: 'a password that an admin set',
    end: (scene) =>
      asAdmin(scene, async (admin) => {
        await admin.getByLabel('New password').fill(NEW_PASSWORD);
        await admin.getByRole('button', { name: 'Set the password' }).click();
      }),
    message: 'An administrator set a new password for you.',
  },
  {
    what: 'an account that an admin closed',
    end: (scene) => asAdmin(scene, (admin) => confirm(admin, 'Disable the account', 'Disable it')),
    message: 'Your account was disabled.',
  },
  {
    what: 'an admin who logs all users out',
    end: async ({ other, server }) => {
      await signUpAdmin(other, server);
      await other.goto('/admin/sessions');
      await confirm(other, 'Log out all users', 'Log out all users');
      await expect(other).toHaveURL('/login');
      await expectFlashOnce(other, 'success', 'All users are logged out, including you.');
    },
    message: 'All users were logged out.',
  },
];

async function asAdmin({ user, other, server }: EndScene, act: (admin: Page) => Promise<void>): Promise<void> {
  await signUpAdmin(other, server);
  await openUser(other, user);
  await act(other);
  await expect(flashes(other)).toHaveAttribute('data-flash', 'success');
}

eachShowsItsReasonOnce(cases);

test('the user and the admins see why a session ended', async ({ page, server }) => {
  const user = await signUpFast(page, newUser('Erin Ended'));
  await page.goto('/dashboard');
  const admin = await anotherBrowser(page);
  await signUpAdmin(admin, server);
  await openUser(admin, user);
  await confirm(admin, 'Revoke all sessions', 'Revoke all');
  await expect(admin.locator('section', { hasText: 'Recently ended' }).getByRole('listitem')).toContainText(
    'revoked by an admin',
  );
  await admin.goto('/admin/sessions');
  await admin.getByRole('link', { name: 'Recently ended' }).click();
  await admin.getByRole('searchbox').fill(user.email);
  await admin.getByRole('button', { name: 'Search' }).click();
  await expect(admin.getByRole('link', { name: 'Recently ended' })).toHaveAttribute('aria-current', 'true');
  await expect(admin.getByRole('row')).toContainText(['Reason', 'revoked by an admin']);

  await page.reload();
  await logIn(page, user);
  await page.goto('/account/devices');
  await expect(page.locator('[data-row]')).toHaveCount(1);
  await expect(page.locator('section', { hasText: 'Recently ended' }).getByRole('listitem')).toContainText(
    'revoked by an admin',
  );
});
