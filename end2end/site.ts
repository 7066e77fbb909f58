// Every page of the product, and the states of pages that look different: for tests that look at all of them.
// A new page needs a line here; a test compares the paths with the site map in app/src/lib.rs.

import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { type Complaints, expect } from './fixtures';
import { type Person, arrive, arriveAsAdmin, flashes, logIn, signUp, somebody } from './people';
import * as notes from './notes';
import { type Place, at, long } from './place';
import type { Server } from './server';

export const places: Place[] = [
  at('/', 'front page', 'stranger'),
  at('/signup', 'sign-up', 'stranger', { hasIsland: true }),
  at('/login', 'log-in', 'stranger'),
  at('/dashboard', 'dashboard', 'member'),
  ...notes.places,
  at('/account', 'profile', 'member'),
  at('/account/password', 'password', 'member', { hasIsland: true }),
  at('/account/devices', 'devices', 'member', { open: (page, person) => onTwoDevices(page, person) }),
  at('/admin', 'admin overview', 'admin'),
  at('/admin/users', 'admin users', 'admin'),
  at('/admin/users/{id}', 'admin user', 'admin', {
    open: async (page, person) => {
      await page.goto(`/admin/users?q=${person.email}`);
      await page.getByRole('link', { name: person.name }).click();
      await expect(page.getByText('This is you.')).toBeVisible();
    },
  }),
  at('/admin/sessions', 'admin sessions', 'admin'),
  at('/admin/audit', 'admin audit', 'admin'),
];

export const states: Place[] = [
  { name: 'front page of a member', who: 'member', open: (page) => page.goto('/') },
  { name: 'search without a hit', who: 'admin', open: (page) => page.goto('/admin/users?q=nobody-at-all') },
  { name: 'greeting', who: 'stranger', open: greeted },
  { name: 'warning', who: 'member', open: signedOut },
  { name: 'three messages', who: 'member', open: manyMessages },
  { name: 'sign-up with mistakes', who: 'stranger', hasIsland: true, open: signUpWithMistakes },
  { name: 'log-in with a mistake', who: 'stranger', open: logInWithMistake },
  { name: 'profile with a mistake', who: 'member', open: blankName },
  { name: 'open menu', who: 'admin', open: openMenu },
  { name: 'another user', who: 'admin', open: (page) => anotherUser(page) },
  { name: 'question before revoking', who: 'admin', open: askedBeforeRevoking },
  { name: 'very long names', who: 'stranger', open: longNames },
  ...notes.states,
  { name: 'not found', who: 'stranger', status: 404, open: (page) => page.goto('/nothing/here') },
  { name: 'forbidden', who: 'member', status: 403, open: (page) => page.goto('/admin') },
  { name: 'wrong method', who: 'member', status: 405, open: (page) => page.goto('/account/devices/end') },
];

/** Goes to a place as somebody new who may see it. */
export async function visit(place: Place, page: Page, server: Server, complaints: Complaints): Promise<void> {
  if (place.status !== undefined) complaints.expectPage(place.status);
  const person = somebody();
  if (place.who === 'member') await arrive(page, person);
  if (place.who === 'admin') await arriveAsAdmin(page, server, person);
  await place.open(page, person);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

async function onTwoDevices(page: Page, person: Person) {
  const browser = page.context().browser();
  const other = await (await browser?.newContext())?.newPage();
  await other?.request.post('/login', { form: { email: person.email, password: person.password } });
  await page.goto('/account/devices');
  await expect(page.locator('[data-session]')).toHaveCount(2);
}

async function greeted(page: Page) {
  await signUp(page, somebody());
  await expect(flashes(page)).toHaveCount(1);
}

async function signedOut(page: Page, person: Person) {
  const other = await page.context().browser()?.newContext();
  await other?.request.post('/login', { form: { email: person.email, password: person.password } });
  await other?.request.post('/account/devices/end-others');
  await page.goto('/dashboard');
  await expect(flashes(page)).toContainText('You were signed out.');
}

async function manyMessages(page: Page) {
  await page.request.post('/account', { form: { name: long }, maxRedirects: 0 });
  await page.request.post('/account/devices/end-others', { maxRedirects: 0 });
  await page.request.post('/account/devices/end', { form: { id: randomUUID() }, maxRedirects: 0 });
  await page.goto('/account');
  await expect(flashes(page)).toHaveCount(3);
}

async function signUpWithMistakes(page: Page) {
  await signUp(page, { name: '   ', email: 'robin..hood@example.com', password: 'password' });
  await expect(page.locator('[aria-invalid]')).toHaveCount(3);
}

async function logInWithMistake(page: Page) {
  await page.goto('/login');
  await logIn(page, somebody());
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

async function blankName(page: Page) {
  await page.goto('/account');
  await page.getByLabel('Name').fill('   ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('[aria-invalid]')).toHaveCount(1);
}

async function openMenu(page: Page) {
  await page.goto('/dashboard');
  await page.getByLabel('Your menu').click();
  await expect(page.getByRole('link', { name: 'Your account' }).first()).toBeVisible();
}

async function askedBeforeRevoking(page: Page, person: Person) {
  await page.goto(`/admin/users?q=${person.email}`);
  await page.getByRole('link', { name: person.name }).click();
  await page.locator('summary', { hasText: 'Revoke all sessions' }).click();
  await expect(page.getByRole('button', { name: 'Revoke all', exact: true })).toBeVisible();
}

async function anotherUser(page: Page) {
  const { email, name } = somebody('Wilma Watched');
  const other = await page.context().browser()?.newContext();
  await other?.request.post('/signup', { form: { name, email, password: 'copper teapot overboard' } });
  await page.goto(`/admin/users?q=${email}`);
  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { name: 'Set a password' })).toBeVisible();
}

async function longNames(page: Page) {
  const domain = `${long.slice(0, 60)}.example.com`;
  const email = `${Date.now()}-${long.slice(0, 50)}@${domain}`.toLowerCase();
  await signUp(page, { ...somebody(long), email });
  await expect(flashes(page)).toHaveCount(1);
}
