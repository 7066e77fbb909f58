// The steps to the pages in pages.ts that need more than a path.

import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import { linkOf } from './mailbox';
import {
  type User,
  anotherBrowser,
  clearFlashes,
  flashes,
  logIn,
  logInFast,
  newUser,
  post,
  signUp,
  signUpAndLogIn,
} from './users';
import { long } from './page-entry';
import type { Server } from './server';

export async function greeted(page: Page) {
  await signUpAndLogIn(page, newUser());
  await expect(flashes(page)).toHaveCount(1);
}

export async function toConfirm(page: Page, user: User, server: Server) {
  await signUp(page, user);
  await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm/)));
}

export async function toReset(page: Page, user: User, server: Server) {
  await signUp(page, user);
  await post(page.request, '/forgot', { email: user.email });
  await clearFlashes(page);
  await page.goto(linkOf(await server.mailbox.last(user.email, /A new password/)));
}

/** Asks for a new address; returns the link of the email to it. */
async function linkOfNewEmail(page: Page, server: Server): Promise<string> {
  const { email } = newUser();
  await post(page.request, '/account/email', { email });
  await clearFlashes(page);
  return linkOf(await server.mailbox.last(email, /Confirm your new address/));
}

export async function toConfirmNewEmail(page: Page, _person: User, server: Server) {
  await page.goto(await linkOfNewEmail(page, server));
}

/** Confirms the address in the browser that is logged in. */
export async function confirmAddress(page: Page, user: User, server: Server) {
  await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm your address/)));
  await page.getByRole('button', { name: 'Yes, it is mine' }).click();
  await expect(page).toHaveURL('/dashboard');
}

export async function toRecover(page: Page, user: User, server: Server) {
  await confirmAddress(page, user, server);
  await post(page.request, '/account/password', {
    current_password: user.password,
    new_password: 'another teapot overboard',
  });
  await clearFlashes(page);
  await page.goto(linkOf(await server.mailbox.last(user.email, /Your password was changed/)));
}

export async function toTakeBackOldEmail(page: Page, user: User, server: Server) {
  await confirmAddress(page, user, server);
  await page.goto(await linkOfNewEmail(page, server));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await page.goto(linkOf(await server.mailbox.last(user.email, /Your address at .* was changed/)));
}

export async function waitingForCode(page: Page) {
  await post(page.request, '/login/mail', { email: newUser().email });
  await page.goto('/login/mail');
  await expect(page.getByLabel('Code')).toBeVisible();
}

export async function toLogInByLink(page: Page, user: User, server: Server) {
  await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm/)));
  await page.getByRole('button', { name: 'Yes, it is mine' }).click();
  const stranger = await anotherBrowser(page);
  await post(stranger.request, '/login/mail', { email: user.email });
  await page.goto(linkOf(await server.mailbox.last(user.email, /Log in to/)));
}

export async function leaving(page: Page, user: User) {
  await post(page.request, '/account/delete');
  await logInFast(page, user);
  await page.goto('/dashboard');
}

export async function longNames(page: Page) {
  const domain = `${long.slice(0, 60)}.example.com`;
  const email = `${Date.now()}-${long.slice(0, 50)}@${domain}`.toLowerCase();
  await signUpAndLogIn(page, { ...newUser(long), email });
  await expect(flashes(page)).toHaveCount(1);
}

export async function signUpWithMistakes(page: Page) {
  await signUp(page, { name: '   ', email: 'robin..hood@example.com', password: 'password' });
  await expect(page.locator('[aria-invalid]')).toHaveCount(3);
}

export async function logInWithMistake(page: Page) {
  await page.goto('/login');
  await logIn(page, newUser());
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

export async function blankName(page: Page) {
  await page.goto('/account');
  await page.getByLabel('Name').fill('   ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

export async function openMenu(page: Page) {
  await page.goto('/dashboard');
  await page.getByLabel('Your menu').click();
  await expect(page.getByRole('link', { name: 'Your account' }).first()).toBeVisible();
}

export async function noEmail(page: Page) {
  await page.goto('/account/email');
  await page.getByLabel('Email').fill('robin..hood@example.com');
  await page.getByRole('button', { name: 'Change email' }).click();
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

export async function wrongPassword(page: Page) {
  await page.goto('/reauthenticate');
  await page.getByLabel('Password', { exact: true }).fill('not the teapot');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

export async function onTwoDevices(page: Page, user: User) {
  await logInFast(await anotherBrowser(page), user);
  await page.goto('/account/devices');
  await expect(page.locator('[data-session]')).toHaveCount(2);
}

export async function endedDevices(page: Page, user: User) {
  await logInFast(await anotherBrowser(page), user);
  await post(page.request, '/account/devices/end-others');
  await clearFlashes(page);
  await page.goto('/account/devices');
  await expect(page.getByRole('heading', { name: 'Ended lately' })).toBeVisible();
}

export async function signedOut(page: Page, user: User) {
  const other = await anotherBrowser(page);
  await logInFast(other, user);
  await post(other.request, '/account/devices/end-others');
  await page.goto('/dashboard');
  await expect(flashes(page)).toContainText('You were signed out.');
}

export async function manyMessages(page: Page) {
  await post(page.request, '/account', { name: long });
  await post(page.request, '/account/devices/end-others');
  await post(page.request, '/account/devices/end', { id: randomUUID() });
  await page.goto('/account');
  await expect(flashes(page)).toHaveCount(3);
}

export async function staleForm(page: Page, user: User) {
  await page.goto('/account');
  await post(page.request, '/logout');
  await logInFast(page, user);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'This form has expired' })).toBeVisible();
}

export async function tooManyLogIns(page: Page) {
  const guessed = newUser();
  const { request } = await anotherBrowser(page); // the messages about it stay in that browser
  for (let guess = 0; guess < 10; guess++) await post(request, '/login', { ...guessed });
  await page.goto('/login');
  await logIn(page, guessed);
  await expect(page.getByText(/Try again in/)).toBeVisible();
}
