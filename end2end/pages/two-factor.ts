// Pages of two-factor log-in.

import { type Page, expect } from '@playwright/test';
import { wrongCodeOf } from '../authenticator';
import { type PageEntry, at } from '../page-entry';
import { beginSetUp, logInUntilCode, turnOnTwoFactor, typeCode } from '../two-factor';
import { type User, ask } from '../users';

export const pages: PageEntry[] = [
  at('/login/code', 'code', 'verified', { open: logInUntilCode }),
  at('/login/recovery', 'recovery code', 'verified', { open: logInUntilRecoveryCode }),
  at('/account/two-factor', 'two-factor', 'member'),
  at('/account/two-factor/enrol', 'two-factor set-up', 'verified', { open: (page) => beginSetUp(page) }),
  at('/account/two-factor/recovery-codes', 'recovery codes', 'verified', { open: (page) => turnOnTwoFactor(page) }),
  { name: 'wrong code', who: 'verified', open: wrongCode },
  { name: 'two-factor is on', who: 'verified', open: twoFactorIsOn },
  { name: 'question before turning two-factor off', who: 'verified', open: askBeforeTurningOff },
  { name: 'password and code again', who: 'verified', open: askForPasswordAndCode },
];

async function logInUntilRecoveryCode(page: Page, user: User) {
  await logInUntilCode(page, user);
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await expect(page).toHaveURL('/login/recovery');
}

async function wrongCode(page: Page, user: User) {
  const { secret } = await logInUntilCode(page, user);
  await typeCode(page, wrongCodeOf(secret), 'Log in');
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

async function twoFactorIsOn(page: Page) {
  await turnOnTwoFactor(page);
  await page.goto('/account/two-factor');
  await expect(page.getByRole('heading', { name: 'Two-factor log-in is on' })).toBeVisible();
}

async function askBeforeTurningOff(page: Page) {
  await twoFactorIsOn(page);
  await ask(page, 'Turn it off', 'Turn off two-factor log-in');
}

async function askForPasswordAndCode(page: Page) {
  await turnOnTwoFactor(page);
  await page.goto('/reauthenticate');
  await expect(page.getByLabel('Code', { exact: true })).toBeVisible();
}
