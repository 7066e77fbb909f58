// The users in the tests, and their actions on most pages.

import { randomUUID } from 'node:crypto';
import type { APIRequestContext, APIResponse, BrowserContextOptions, Page } from '@playwright/test';
import { expect } from './fixtures';
import { recordCookies, recordFields } from './secrets';
import type { Server } from './server';

export interface User {
  name: string;
  email: string;
  password: string;
}

/** Returns a new user that no other test has. */
export function newUser(name = 'Robin Example'): User {
  return { name, email: `robin-${randomUUID()}@example.com`, password: 'copper teapot overboard' };
}

/** Signs up by the form and logs in. */
export async function signUpAndLogIn(page: Page, user: User): Promise<void> {
  await signUp(page, user);
  await expect(page).toHaveURL('/login');
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/dashboard');
}

/** Signs up by the form; the browser is not logged in yet. */
export async function signUp(page: Page, user: User): Promise<void> {
  await page.goto('/signup');
  await page.getByLabel('Name').fill(user.name);
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Sign up' }).click();
}

/**
 * Posts the fields of the form at `path` without opening its page. Follows no redirect: flash messages wait for a page.
 */
export async function post(
  request: APIRequestContext,
  path: string,
  fields: Record<string, string> = {},
): Promise<APIResponse> {
  const form = { ...fields, csrf_token: await formToken(request) };
  const answer = await request.post(path, { form, maxRedirects: 0 });
  recordFields(Object.entries(form));
  await recordCookies(request);
  expect(answer.status(), `${path} takes ${JSON.stringify(fields)}`).toBe(200);
  return answer;
}

/** Returns a form token that is valid in this browser: every page with a form has one. */
export async function formToken(request: APIRequestContext): Promise<string> {
  // Marked as a background request, so that pending messages remain for the next visible page.
  const page = await (await request.get('/login', { headers: { 'x-background': 'yes' } })).text();
  const token = /name="csrf_token" value="([^"]+)"/.exec(page)?.[1];
  if (!token) throw new Error(`no form with a token on this page:\n${page}`);
  return token;
}

/** Signs up without the form, for tests of other features. The browser is logged in afterwards. */
export async function signUpFast(page: Page, user = newUser()): Promise<User> {
  const { name, email, password } = user;
  const answer = await post(page.request, '/signup', { name, email, password });
  expect(answer.headers().location, `${email} has signed up`).toBe('/login');
  await logInFast(page, user);
  return user;
}

/** Signs up without the form and becomes an admin. */
export async function signUpAdminFast(page: Page, server: Server, user = newUser()): Promise<User> {
  await signUpFast(page, user);
  server.grantAdmin(user.email);
  return user;
}

/** Opens a page in another browser, which is not logged in. */
export async function anotherBrowser(page: Page, options?: BrowserContextOptions): Promise<Page> {
  const browser = page.context().browser();
  if (!browser) throw new Error('this page is in no browser');
  return (await browser.newContext(options)).newPage();
}

/** Logs in without the form, for tests of other features. */
export async function logInFast(page: Page, user: User, more: { remember?: string } = {}): Promise<void> {
  const { email, password } = user;
  const answer = await post(page.request, '/login', { email, password, ...more });
  expect(answer.headers().location, `${email} has logged in`).toBe('/dashboard');
  await clearFlashes(page);
}

/** Shows the pending messages, so that they do not appear on the tested page. */
export async function clearFlashes(page: Page): Promise<void> {
  await page.request.get('/', { headers: { accept: 'text/html' } });
}

/** Presses a button that asks for confirmation, and then confirms. */
export async function confirm(page: Page, question: string, answer: string): Promise<void> {
  await page.locator('summary', { hasText: question }).click();
  await page.getByRole('button', { name: answer, exact: true }).click();
}

/** Fills in and sends the log-in form, which must be on the page. */
export async function logIn(page: Page, { email, password }: User): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
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

/** Checks for exactly this message, and for none after a reload: a message is shown once. */
export async function expectFlashOnce(page: Page, level: Level, text: string | RegExp): Promise<void> {
  await expect(flashes(page)).toHaveCount(1);
  await expect(flashes(page)).toContainText(text);
  await expect(flashes(page)).toHaveAttribute('data-flash', level);
  await page.reload();
  await expect(page.locator('main')).toBeVisible();
  await expect(flashes(page)).toHaveCount(0);
}

/** Checks the error below a form's field, and that the field refers to it. */
export async function expectFieldError(page: Page, label: string, text: string | RegExp): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(text);
}
