// The people in the tests, and what they do on most pages.

import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import type { Server } from './server';

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Somebody whom nobody else in the tests knows. */
export function somebody(name = 'Robin Example'): Person {
  return { name, email: `robin-${randomUUID()}@example.com`, password: 'copper teapot overboard' };
}

/** Signs up by the form, as people do. */
export async function signUp(page: Page, person: Person): Promise<void> {
  await page.goto('/signup');
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign up' }).click();
}

/** Signs up without looking: for tests that are about something else. The browser is logged in then. */
export async function arrive(page: Page, person = somebody()): Promise<Person> {
  const { name, email, password } = person;
  const answer = await page.request.post('/signup', { form: { name, email, password }, maxRedirects: 0 });
  expect(answer.headers().location, `${email} has signed up`).toBe('/dashboard');
  // Looks at the greeting, so that it does not stand on the page that the test is about.
  await page.request.get('/dashboard', { headers: { accept: 'text/html' } });
  return person;
}

/** Signs up without looking and gets the admin area opened. */
export async function arriveAsAdmin(page: Page, server: Server, person = somebody()): Promise<Person> {
  await arrive(page, person);
  server.grantAdmin(person.email);
  return person;
}

/** Fills in the log-in form, which must be there already, and sends it. */
export async function logIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Logs out by the menu. */
export async function logOut(page: Page): Promise<void> {
  await page.getByLabel('Your menu').click();
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
}

/** All messages on the page. */
export function flashes(page: Page) {
  return page.locator('[data-flash]');
}

export type Level = 'info' | 'success' | 'warning' | 'error';

/** Sees exactly this message, and after a reload none: a message is shown once. */
export async function seesOnce(page: Page, level: Level, text: string | RegExp): Promise<void> {
  await expect(flashes(page)).toHaveCount(1);
  await expect(flashes(page)).toContainText(text);
  await expect(flashes(page)).toHaveAttribute('data-flash', level);
  await page.reload();
  await expect(page.locator('main')).toBeVisible();
  await expect(flashes(page)).toHaveCount(0);
}

/** The message below a form's field; the field says that it is about it. */
export async function seesMistake(page: Page, label: string, text: string | RegExp): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(text);
}
