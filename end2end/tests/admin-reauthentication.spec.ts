// Admin actions ask for the password again if it was typed too long ago, and then continue.

import { openUser } from '../admin';
import { expect, test } from '../fixtures';
import {
  anotherBrowser,
  confirm,
  expectFieldError,
  expectFlashOnce,
  newUser,
  signUpAdminFast,
  signUpFast,
} from '../users';
import { expireSudo, isAskedForPassword, typePassword } from '../reauthentication';

test('an admin whose password was typed too long ago must type it before closing an account', async ({ page, server }) => {
  const member = await signUpFast(await anotherBrowser(page), newUser('Paula Paused'));
  const admin = await signUpAdminFast(page, server);
  await openUser(page, member);
  const address = page.url();
  expireSudo(server);

  await confirm(page, 'Close the account', 'Close it');
  await isAskedForPassword(page);
  await typePassword(page, 'not the teapot');
  await expect(page).toHaveURL('/reauthenticate');
  await expectFieldError(page, 'Password', 'This is not your password.');
  await typePassword(page, admin.password);

  await expect(page).toHaveURL(address);
  await expect(page.getByRole('button', { name: 'Open the account' })).toHaveCount(0);
  await confirm(page, 'Close the account', 'Close it');
  await expectFlashOnce(page, 'success', 'The account of Paula Paused is closed.');
  await page.getByRole('button', { name: 'Open the account' }).click();
  await expectFlashOnce(page, 'success', 'Paula Paused can log in again.');
});
