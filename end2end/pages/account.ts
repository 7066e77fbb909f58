// Pages of a user's own account.

import { type Page, expect } from '@playwright/test';
import { clearFlashes, post } from '../forms';
import { type PageEntry, at } from '../page-entry';
import { type User, anotherBrowser, logInFast } from '../users';

export const pages: PageEntry[] = [
  at('/verify', 'check your mailbox', 'member'),
  at('/dashboard', 'dashboard', 'member'),
  at('/account', 'profile', 'member'),
  at('/account/email', 'email', 'verified'),
  at('/account/export', 'own data', 'member'),
  at('/account/password', 'password', 'member', { hasIsland: true }),
  at('/account/passkeys', 'passkeys', 'member'),
  at('/account/devices', 'devices', 'member', { open: twoDevices }),
  at('/account/delete', 'account deletion', 'member'),
  at('/account/role', 'role', 'member'),
  at('/reauthenticate', 'password again', 'member'),
  { name: 'open menu', who: 'member', open: openMenu },
  { name: 'profile with a field error', who: 'member', open: blankName },
  { name: 'email with a field error', who: 'verified', open: invalidEmail },
  { name: 'wrong password again', who: 'member', open: wrongPassword },
  { name: 'account to be deleted', who: 'member', open: deletionPlanned },
  { name: 'devices that were logged out', who: 'member', open: endedDevices },
];

async function twoDevices(page: Page, user: User) {
  await logInFast(await anotherBrowser(page), user);
  await page.goto('/account/devices');
  await expect(page.locator('[data-row]')).toHaveCount(2);
}

export async function openMenu(page: Page) {
  await page.goto('/dashboard');
  await page.getByLabel('Your menu').click();
  await expect(page.getByRole('link', { name: 'Your account' }).first()).toBeVisible();
}

async function submitInvalid(page: Page, path: string, label: string, value: string, button: string) {
  await page.goto(path);
  await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('button', { name: button }).click();
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

function blankName(page: Page) {
  return submitInvalid(page, '/account', 'Name', '   ', 'Save');
}

function invalidEmail(page: Page) {
  return submitInvalid(page, '/account/email', 'Email', 'robin..hood@example.com', 'Change email');
}

function wrongPassword(page: Page) {
  return submitInvalid(page, '/reauthenticate', 'Password', 'not the teapot', 'Continue');
}

async function deletionPlanned(page: Page, user: User) {
  await post(page.request, '/account/delete');
  await logInFast(page, user);
  await page.goto('/dashboard');
}

async function endedDevices(page: Page, user: User) {
  await logInFast(await anotherBrowser(page), user);
  await post(page.request, '/account/devices/end-others');
  await clearFlashes(page);
  await page.goto('/account/devices');
  await expect(page.getByRole('heading', { name: 'Recently ended' })).toBeVisible();
}
