// Two-factor log-in for users: a QR code, a code after the password, recovery codes, and turning it off.

import { expect, needsSql, test } from '../fixtures';
import { anotherBrowser, arrive, confirm, logIn, logOut, post, seesMistake, seesOnce } from '../people';
import { beginSetUp, codeOf, owesCode, turnOn, typeCode, typeRecoveryCode, wrongCodeOf } from '../two-factor';

test('it is set up with a QR code, and from then on a code is asked for', async ({ page }) => {
  const person = await arrive(page);
  const secret = await beginSetUp(page);
  await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible();
  await typeCode(page, wrongCodeOf(secret), 'Turn it on');
  await seesMistake(page, 'Code', /This code does not fit/);
  await typeCode(page, codeOf(secret), 'Turn it on');
  await expect(page).toHaveURL('/account/two-factor/recovery-codes');
  await expect(page.locator('[data-recovery-code]')).toHaveCount(10);
  await page.reload();
  await expect(page).toHaveURL('/account/two-factor');
  await expect(page.locator('[data-recovery-code]')).toHaveCount(0);

  await logOut(page);
  await page.goto('/account/devices');
  await logIn(page, person);
  await expect(page).toHaveURL('/login/code');
  await typeCode(page, wrongCodeOf(secret), 'Log in');
  await seesMistake(page, 'Code', /This code does not fit/);
  await typeCode(page, codeOf(secret, 1), 'Log in');
  await expect(page).toHaveURL('/account/devices');
  await seesOnce(page, 'success', 'Welcome');
});

test('a code that was used lets nobody in', async ({ page }) => {
  const { secret, person } = await owesCode(page);
  const code = codeOf(secret, 1);
  await typeCode(page, code, 'Log in');
  await expect(page).toHaveURL('/dashboard');
  const other = await anotherBrowser(page);
  await other.goto('/login');
  await logIn(other, person);
  await typeCode(other, code, 'Log in');
  await seesMistake(other, 'Code', /was used already/);
});

test('a recovery code lets in once, however it is typed', async ({ page }) => {
  const { recoveryCode, person } = await owesCode(page);
  await typeRecoveryCode(page, recoveryCode.toLowerCase().replaceAll('-', ''));
  await expect(page).toHaveURL('/dashboard');
  const other = await anotherBrowser(page);
  await other.goto('/login');
  await logIn(other, person);
  await typeRecoveryCode(other, recoveryCode);
  await seesMistake(other, 'Recovery code', /none of your recovery codes/);
  await page.goto('/account/two-factor');
  await expect(page.getByText('You have 9 recovery codes left.')).toBeVisible();
});

test('what is sensitive asks for the password and a code', async ({ page, server }) => {
  const person = await arrive(page);
  const { recoveryCode } = await turnOn(page);
  needsSql(server);
  server.database.sql('update sessions set authenticated_at = 0');
  await page.goto('/account/email');
  await expect(page).toHaveURL('/reauthenticate');
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await typeCode(page, '000000', 'Go on');
  await seesMistake(page, 'Code', /This code does not fit/);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await typeCode(page, recoveryCode, 'Go on');
  await expect(page).toHaveURL('/account/email');
});

test('turned off, the password will do again', async ({ page }) => {
  const person = await arrive(page);
  await turnOn(page);
  await page.goto('/account/two-factor');
  await confirm(page, 'Turn it off', 'Turn it off for good');
  await seesOnce(page, 'success', 'Two-factor log-in is off.');
  await post(page.request, '/logout');
  await page.goto('/login');
  await logIn(page, person);
  await expect(page).toHaveURL('/dashboard');
});
