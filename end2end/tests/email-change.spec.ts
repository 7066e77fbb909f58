// A change of the email address that its owner did not make.

import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { linkOf } from '../mailbox';
import { anotherBrowser, logIn, newUser, signUpVerified } from '../users';

test.use({ settings: withoutLiveTabs });

test('the owner of the old address undoes a change of address', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  const { email } = newUser();
  await page.goto('/account/email');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Change email' }).click();
  await page.goto(linkOf(await server.mailbox.last(email, /Confirm your new address/)));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page).toHaveURL('/account');

  const owner = await anotherBrowser(page);
  await owner.goto(linkOf(await server.mailbox.last(user.email, /Your address at .* was changed/)));
  await owner.getByRole('button', { name: 'Restore the address' }).click();
  await expectFlashOnce(owner, 'success', `Your address is ${user.email} again.`);
  await logIn(owner, user);
  await expectFieldError(owner, 'Password', 'Incorrect email or password.');
  await owner.goto(linkOf(await server.mailbox.last(user.email, /A new password/)));
  const changed = { ...user, password: 'another teapot overboard' };
  await owner.getByLabel('New password').fill(changed.password);
  await owner.getByRole('button', { name: 'Change password' }).click();
  await logIn(owner, changed);
  await expect(owner).toHaveURL('/dashboard');
  await page.goto('/dashboard');
  await expectFlashOnce(page, 'warning', 'You were logged out. Your old email address was restored.');
});
