// An authenticator app for the tests, and navigation to the pages of two-factor log-in.

import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import { type User, clearFlashes, logIn, post, signUpFast } from './users';
import { type PageEntry, at } from './page-entry';

export interface Factor {
  secret: string;
  /** One of the ten recovery codes. */
  recoveryCode: string;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Returns the code for this secret, now or this many 30-second steps later; one step later is already valid. */
export function codeOf(secret: string, later = 0): string {
  const bits = [...secret.replaceAll(' ', '')].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac('sha1', key).update(step).digest();
  const number = mac.readUInt32BE(mac.readUInt8(mac.length - 1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Returns an invalid code. */
export function wrongCodeOf(secret: string): string {
  const right = [-2, -1, 0, 1, 2].map((later) => codeOf(secret, later));
  return ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !right.includes(code)) ?? '';
}

export async function typeCode(page: Page, code: string, button: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: button }).click();
}

export async function beginSetUp(page: Page): Promise<string> {
  await page.goto('/account/two-factor');
  await page.getByRole('button', { name: 'Set it up' }).click();
  await expect(page).toHaveURL('/account/two-factor/enrol');
  return page.locator('[data-secret]').innerText();
}

/** Turns on two-factor log-in for the logged-in user. */
export async function turnOnTwoFactor(page: Page): Promise<Factor> {
  const secret = await beginSetUp(page);
  await typeCode(page, codeOf(secret), 'Turn it on');
  await expect(page).toHaveURL('/account/two-factor/recovery-codes');
  return { secret, recoveryCode: await page.locator('[data-recovery-code]').first().innerText() };
}

async function openTwoFactorOn(page: Page): Promise<void> {
  await turnOnTwoFactor(page);
  await page.goto('/account/two-factor');
  await expect(page.getByRole('heading', { name: 'Two-factor log-in is on' })).toBeVisible();
}

/** Types the password of a user who must then enter a code. */
export async function logInUntilCode(page: Page): Promise<Factor & { user: User }> {
  const user = await signUpFast(page);
  const factor = await turnOnTwoFactor(page);
  await post(page.request, '/logout');
  await clearFlashes(page);
  await page.goto('/login');
  await logIn(page, user);
  await expect(page).toHaveURL('/login/code');
  return { ...factor, user };
}

export async function typeRecoveryCode(page: Page, code: string): Promise<void> {
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(code);
  await page.getByRole('button', { name: 'Log in' }).click();
}

async function logInUntilRecoveryCode(page: Page): Promise<void> {
  await logInUntilCode(page);
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await expect(page).toHaveURL('/login/recovery');
}

async function typedWrongCode(page: Page): Promise<void> {
  const { secret } = await logInUntilCode(page);
  await typeCode(page, wrongCodeOf(secret), 'Log in');
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

async function askedForBoth(page: Page): Promise<void> {
  await turnOnTwoFactor(page);
  await page.goto('/reauthenticate');
  await expect(page.getByLabel('Code', { exact: true })).toBeVisible();
}

async function askedBeforeTurningOff(page: Page): Promise<void> {
  await openTwoFactorOn(page);
  await page.locator('summary', { hasText: 'Turn it off' }).click();
  await expect(page.getByRole('button', { name: 'Turn it off for good' })).toBeVisible();
}

export const pageEntries: PageEntry[] = [
  at('/login/code', 'code', 'anonymous', { open: (page) => logInUntilCode(page) }),
  at('/login/recovery', 'recovery code', 'anonymous', { open: logInUntilRecoveryCode }),
  at('/account/two-factor', 'two-factor', 'member'),
  at('/account/two-factor/enrol', 'two-factor set-up', 'member', { open: (page) => beginSetUp(page) }),
  at('/account/two-factor/recovery-codes', 'recovery codes', 'member', { open: (page) => turnOnTwoFactor(page) }),
];

export const states: PageEntry[] = [
  { name: 'wrong code', who: 'anonymous', open: typedWrongCode },
  { name: 'two-factor is on', who: 'member', open: openTwoFactorOn },
  { name: 'question before turning two-factor off', who: 'member', open: askedBeforeTurningOff },
  { name: 'password and code once more', who: 'member', open: askedForBoth },
];
