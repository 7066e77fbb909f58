// The steps of two-factor log-in.

import type { Page } from '@playwright/test';
import { codeOf } from './authenticator';
import { expect } from './fixtures';
import { post } from './forms';
import { type User, logIn, logOutFast } from './users';

export interface Factor {
  secret: string;
  /** One of the ten recovery codes. */
  recoveryCode: string;
}

export async function typeCode(page: Page, code: string, button: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: button }).click();
}

export async function typeRecoveryCode(page: Page, code: string): Promise<void> {
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(code);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Opens the set-up of a user with a confirmed address; returns the secret. */
export async function beginSetUp(page: Page): Promise<string> {
  await page.goto('/account/two-factor');
  await page.getByRole('button', { name: 'Set it up' }).click();
  await expect(page).toHaveURL('/account/two-factor/enrol');
  return page.locator('[data-secret]').innerText();
}

/** Turns on two-factor log-in of a user with a confirmed address, and opens the page of the recovery codes. */
export async function turnOnTwoFactor(page: Page): Promise<Factor> {
  await post(page.request, '/account/two-factor/enrol');
  const setUp = await (await page.request.get('/account/two-factor/enrol')).text();
  const secret = /data-secret[^>]*>([^<]+)</.exec(setUp)?.[1];
  if (!secret) throw new Error(`no secret on this page:\n${setUp}`);
  await post(page.request, '/account/two-factor/confirm', { code: codeOf(secret) });
  await page.goto('/account/two-factor/recovery-codes');
  return { secret, recoveryCode: await page.locator('[data-recovery-code]').first().innerText() };
}

/** Turns on two-factor log-in, logs out and types the password; the page asks for the code. */
export async function logInUntilCode(page: Page, user: User): Promise<Factor> {
  const factor = await turnOnTwoFactor(page);
  await logOutFast(page);
  await page.goto('/login');
  await logIn(page, user);
  await expect(page).toHaveURL('/login/code');
  return factor;
}
