// An admin ends a session while its user looks at a page: the user's next click shows the reason once.

import type { Page } from '@playwright/test';
import { openUser } from '../admin';
import { type Ending, type Scene, eachIsToldSoOnce } from '../endings';
import { expect, test } from '../fixtures';
import { anotherBrowser, arrive, arriveAsAdmin, confirm, flashes, logIn, seesOnce, somebody } from '../people';

const NEW_PASSWORD = 'a brass sextant at dawn';

const endings: Ending[] = [
  {
    what: 'a person whose sessions an admin revoked',
    end: (scene) => asAdmin(scene, (admin) => confirm(admin, 'Revoke all sessions', 'Revoke all')),
    told: 'An administrator ended this log-in.',
  },
  {
    what: 'a person for whom an admin set a password',
    end: (scene) =>
      asAdmin(scene, async (admin) => {
        await admin.getByLabel('New password').fill(NEW_PASSWORD);
        await admin.getByRole('button', { name: 'Set the password' }).click();
      }),
    told: 'An administrator set a new password for you.',
  },
  {
    what: 'a person whose account was closed',
    end: (scene) => asAdmin(scene, (admin) => confirm(admin, 'Close the account', 'Close it')),
    told: 'Your account was closed.',
  },
  {
    what: 'everybody, when an admin logs everybody out,',
    end: async ({ other, server }) => {
      await arriveAsAdmin(other, server);
      await other.goto('/admin/sessions');
      await confirm(other, 'Log everybody out', 'Log everybody out');
      await expect(other).toHaveURL('/login');
      await seesOnce(other, 'success', 'Everybody is logged out, and so are you.');
    },
    told: 'All users were signed out.',
  },
];

async function asAdmin({ person, other, server }: Scene, act: (admin: Page) => Promise<void>): Promise<void> {
  await arriveAsAdmin(other, server);
  await openUser(other, person);
  await act(other);
  await expect(flashes(other)).toHaveAttribute('data-flash', 'success');
}

eachIsToldSoOnce(endings);

test('a person and the admins see how a log-in ended lately', async ({ page, server }) => {
  const person = await arrive(page, somebody('Ende Gut'));
  await page.goto('/dashboard');
  const admin = await anotherBrowser(page);
  await arriveAsAdmin(admin, server);
  await openUser(admin, person);
  await confirm(admin, 'Revoke all sessions', 'Revoke all');
  await expect(admin.locator('section', { hasText: 'Ended lately' }).getByRole('listitem')).toContainText(
    'revoked by an admin',
  );
  await admin.goto('/admin/sessions');
  await admin.getByRole('link', { name: 'Ended lately' }).click();
  await admin.getByRole('searchbox').fill(person.email);
  await admin.getByRole('button', { name: 'Search' }).click();
  await expect(admin.getByRole('link', { name: 'Ended lately' })).toHaveAttribute('aria-current', 'true');
  await expect(admin.getByRole('row')).toContainText(['Why', 'revoked by an admin']);

  await page.reload();
  await logIn(page, person);
  await page.goto('/account/devices');
  await expect(page.locator('[data-session]')).toHaveCount(1);
  await expect(page.locator('section', { hasText: 'Ended lately' }).getByRole('listitem')).toContainText(
    'revoked by an admin',
  );
});
