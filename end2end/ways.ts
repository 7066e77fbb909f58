// The steps to those places in site.ts that need more than an address.

import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import { linkOf } from './mailbox';
import {
  type Person,
  anotherBrowser,
  enter,
  flashes,
  join,
  logIn,
  post,
  seesMessages,
  signUp,
  somebody,
} from './people';
import { long } from './place';
import type { Server } from './server';

export async function greeted(page: Page) {
  await join(page, somebody());
  await expect(flashes(page)).toHaveCount(1);
}

export async function toConfirm(page: Page, person: Person, server: Server) {
  await signUp(page, person);
  await page.goto(linkOf(await server.mailbox.last(person.email, /Confirm/)));
}

export async function toReset(page: Page, person: Person, server: Server) {
  await signUp(page, person);
  await post(page.request, '/forgot', { email: person.email });
  await seesMessages(page);
  await page.goto(linkOf(await server.mailbox.last(person.email, /A new password/)));
}

/** Asks for a new address; returns the link of the email to it. */
async function linkOfNewEmail(page: Page, server: Server): Promise<string> {
  const { email } = somebody();
  await post(page.request, '/account/email', { email });
  await seesMessages(page);
  return linkOf(await server.mailbox.last(email, /Confirm your new address/));
}

export async function toConfirmNewEmail(page: Page, _person: Person, server: Server) {
  await page.goto(await linkOfNewEmail(page, server));
}

/** Confirms the address in the browser that is logged in. */
export async function confirmAddress(page: Page, person: Person, server: Server) {
  await page.goto(linkOf(await server.mailbox.last(person.email, /Confirm your address/)));
  await page.getByRole('button', { name: 'Yes, it is mine' }).click();
  await expect(page).toHaveURL('/dashboard');
}

export async function toRecover(page: Page, person: Person, server: Server) {
  await confirmAddress(page, person, server);
  await post(page.request, '/account/password', {
    current_password: person.password,
    new_password: 'another teapot overboard',
  });
  await seesMessages(page);
  await page.goto(linkOf(await server.mailbox.last(person.email, /Your password was changed/)));
}

export async function toTakeBackOldEmail(page: Page, person: Person, server: Server) {
  await confirmAddress(page, person, server);
  await page.goto(await linkOfNewEmail(page, server));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await page.goto(linkOf(await server.mailbox.last(person.email, /Your address at .* was changed/)));
}

export async function waitingForCode(page: Page) {
  await post(page.request, '/login/mail', { email: somebody().email });
  await page.goto('/login/mail');
  await expect(page.getByLabel('Code')).toBeVisible();
}

export async function toLogInByLink(page: Page, person: Person, server: Server) {
  await page.goto(linkOf(await server.mailbox.last(person.email, /Confirm/)));
  await page.getByRole('button', { name: 'Yes, it is mine' }).click();
  const stranger = await anotherBrowser(page);
  await post(stranger.request, '/login/mail', { email: person.email });
  await page.goto(linkOf(await server.mailbox.last(person.email, /Log in to/)));
}

export async function leaving(page: Page, person: Person) {
  await post(page.request, '/account/delete');
  await enter(page, person);
  await page.goto('/dashboard');
}

export async function longNames(page: Page) {
  const domain = `${long.slice(0, 60)}.example.com`;
  const email = `${Date.now()}-${long.slice(0, 50)}@${domain}`.toLowerCase();
  await join(page, { ...somebody(long), email });
  await expect(flashes(page)).toHaveCount(1);
}

export async function signUpWithMistakes(page: Page) {
  await signUp(page, { name: '   ', email: 'robin..hood@example.com', password: 'password' });
  await expect(page.locator('[aria-invalid]')).toHaveCount(3);
}

export async function logInWithMistake(page: Page) {
  await page.goto('/login');
  await logIn(page, somebody());
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

export async function onTwoDevices(page: Page, person: Person) {
  await enter(await anotherBrowser(page), person);
  await page.goto('/account/devices');
  await expect(page.locator('[data-session]')).toHaveCount(2);
}

export async function endedDevices(page: Page, person: Person) {
  await enter(await anotherBrowser(page), person);
  await post(page.request, '/account/devices/end-others');
  await seesMessages(page);
  await page.goto('/account/devices');
  await expect(page.getByRole('heading', { name: 'Ended lately' })).toBeVisible();
}

export async function signedOut(page: Page, person: Person) {
  const other = await anotherBrowser(page);
  await enter(other, person);
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

export async function staleForm(page: Page, person: Person) {
  await page.goto('/account');
  await post(page.request, '/logout');
  await enter(page, person);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'This form has expired' })).toBeVisible();
}

export async function tooManyLogIns(page: Page) {
  const guessed = somebody();
  const { request } = await anotherBrowser(page); // the messages about it stay in that browser
  for (let guess = 0; guess < 10; guess++) await post(request, '/login', { ...guessed });
  await page.goto('/login');
  await logIn(page, guessed);
  await expect(page.getByText(/Try again in/)).toBeVisible();
}
