// Two-factor log-in for users: a QR code, a code after the password, recovery codes, and turning it off.

import { expireSudo } from '../reauthentication';
import { codeOf, wrongCodeOf } from '../authenticator';
import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { post } from '../forms';
import { beginSetUp, logInUntilCode, turnOnTwoFactor, typeCode, typeRecoveryCode } from '../two-factor';
import { anotherBrowser, confirm, logIn, logOut, signUpVerified } from '../users';

test.use({ settings: withoutLiveTabs });

test('a user sets up two-factor log-in and must then type a code', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  const secret = await beginSetUp(page);
  await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible();
  await typeCode(page, wrongCodeOf(secret), 'Turn it on');
  await expectFieldError(page, 'Code', /This code is incorrect/);
  await typeCode(page, codeOf(secret), 'Turn it on');
  await expect(page).toHaveURL('/account/two-factor/recovery-codes');
  await expect(page.locator('[data-recovery-code]')).toHaveCount(10);
  await page.reload();
  await expect(page).toHaveURL('/account/two-factor');
  await expect(page.locator('[data-recovery-code]')).toHaveCount(0);

  await logOut(page);
  await page.goto('/account/devices');
  await logIn(page, user);
  await expect(page).toHaveURL('/login/code');
  await typeCode(page, wrongCodeOf(secret), 'Log in');
  await expectFieldError(page, 'Code', /This code is incorrect/);
  await typeCode(page, codeOf(secret, 1), 'Log in');
  await expect(page).toHaveURL('/account/devices');
  await expectFlashOnce(page, 'success', 'Welcome');
});

test('a used code is refused', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  const { secret } = await logInUntilCode(page, user);
  const code = codeOf(secret, 1);
  await typeCode(page, code, 'Log in');
  await expect(page).toHaveURL('/dashboard');
  const other = await anotherBrowser(page);
  await other.goto('/login');
  await logIn(other, user);
  await typeCode(other, code, 'Log in');
  await expectFieldError(other, 'Code', /was already used/);
});

test('a recovery code works once, in any spelling', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  const { recoveryCode } = await logInUntilCode(page, user);
  await typeRecoveryCode(page, recoveryCode.toLowerCase().replaceAll('-', ''));
  await expect(page).toHaveURL('/dashboard');
  const other = await anotherBrowser(page);
  await other.goto('/login');
  await logIn(other, user);
  await typeRecoveryCode(other, recoveryCode);
  await expectFieldError(other, 'Recovery code', /recovery code is incorrect/);
  await page.goto('/account/two-factor');
  await expect(page.getByText('You have 9 recovery codes left.')).toBeVisible();
});

test('a sensitive page asks for the password and a code', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  const { recoveryCode } = await turnOnTwoFactor(page);
  expireSudo(server);
  await page.goto('/account/email');
  await expect(page).toHaveURL('/reauthenticate');
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await typeCode(page, '000000', 'Continue');
  await expectFieldError(page, 'Code', /This code is incorrect/);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await typeCode(page, recoveryCode, 'Continue');
  await expect(page).toHaveURL('/account/email');
});

test('without two-factor log-in the password is enough again', async ({ page, server }) => {
  const user = await signUpVerified(page, server);
  await turnOnTwoFactor(page);
  await page.goto('/account/two-factor');
  await confirm(page, 'Turn it off', 'Turn off two-factor log-in');
  await expectFlashOnce(page, 'success', 'Two-factor log-in is off.');
  await post(page.request, '/logout');
  await page.goto('/login');
  await logIn(page, user);
  await expect(page).toHaveURL('/dashboard');
});
