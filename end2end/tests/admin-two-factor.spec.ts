// An admin's help for a user who lost their phone.

import { expectFlashOnce } from '../expectations';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { removeAsAdmin } from '../pages/admin';
import { turnOnTwoFactor } from '../two-factor';
import { anotherBrowser, logIn, signUpAdmin, signUpVerified } from '../users';

test.use({ settings: withoutLiveTabs });

test('an admin removes two-factor log-in for a user without their phone', async ({ page, server }) => {
  const theirs = await anotherBrowser(page);
  const user = await signUpVerified(theirs, server);
  await turnOnTwoFactor(theirs);
  await signUpAdmin(page, server);
  await removeAsAdmin(page, user);
  await expectFlashOnce(page, 'success', /Two-factor log-in is off for/);
  await theirs.goto('/dashboard');
  await expect(theirs).toHaveURL('/login');
  await expectFlashOnce(theirs, 'warning', 'You were logged out. An administrator removed your two-factor log-in.');
  await logIn(theirs, user);
  await expect(theirs).toHaveURL('/dashboard');
});
