// Admin actions ask for the password again if it was typed too long ago, and then continue.

import { openUser } from '../admin';
import { expect, test } from '../fixtures';
import { anotherBrowser, arrive, arriveAsAdmin, confirm, seesMistake, seesOnce, somebody } from '../people';
import { isAskedForPassword, letTimePass, typePassword } from '../reauthentication';

test('an admin who typed their password long ago is asked for it before an account closes', async ({ page, server }) => {
  const member = await arrive(await anotherBrowser(page), somebody('Paula Paused'));
  const admin = await arriveAsAdmin(page, server);
  await openUser(page, member);
  const address = page.url();
  letTimePass(server);

  await confirm(page, 'Close the account', 'Close it');
  await isAskedForPassword(page);
  await typePassword(page, 'not the teapot');
  await expect(page).toHaveURL('/reauthenticate');
  await seesMistake(page, 'Password', 'This is not your password.');
  await typePassword(page, admin.password);

  await expect(page).toHaveURL(address);
  await expect(page.getByRole('button', { name: 'Open the account' })).toHaveCount(0);
  await confirm(page, 'Close the account', 'Close it');
  await seesOnce(page, 'success', 'The account of Paula Paused is closed.');
  await page.getByRole('button', { name: 'Open the account' }).click();
  await seesOnce(page, 'success', 'Paula Paused can log in again.');
});
