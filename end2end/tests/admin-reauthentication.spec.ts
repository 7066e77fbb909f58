// Admin actions ask for the password again if it was typed too long ago, and then continue.

import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, test } from '../fixtures';
import { openUser } from '../pages/admin';
import { expireSudo, isAskedForPassword, typePassword } from '../reauthentication';
import { anotherBrowser, confirm, newUser, signUpAdmin, signUpFast } from '../users';

test('an admin must type the password again before disabling an account', async ({ page, server }) => {
  const member = await signUpFast(await anotherBrowser(page), newUser('Paula Paused'));
  const admin = await signUpAdmin(page, server);
  await openUser(page, member);
  const address = page.url();
  expireSudo(server);

  await confirm(page, 'Disable the account', 'Disable it');
  await isAskedForPassword(page);
  await typePassword(page, 'not the teapot');
  await expect(page).toHaveURL('/reauthenticate');
  await expectFieldError(page, 'Password', 'Incorrect password.');
  await typePassword(page, admin.password);

  await expect(page).toHaveURL(address);
  await expect(page.getByRole('button', { name: 'Enable the account' })).toHaveCount(0);
  await confirm(page, 'Disable the account', 'Disable it');
  await expectFlashOnce(page, 'success', 'The account of Paula Paused is disabled.');
  await page.getByRole('button', { name: 'Enable the account' }).click();
  await expectFlashOnce(page, 'success', 'Paula Paused can log in again.');
});
