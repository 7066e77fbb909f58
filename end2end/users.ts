// The users in the tests: how they sign up, log in and log out.

import { randomUUID } from 'node:crypto';
import type { BrowserContextOptions, Locator, Page } from '@playwright/test';
import { expect } from './fixtures';
import { clearFlashes, fillIn, post } from './forms';
import { linkOf } from './mailbox';
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

/** Opens a page in another browser, which is not logged in. */
export async function anotherBrowser(page: Page, options?: BrowserContextOptions): Promise<Page> {
  const browser = page.context().browser();
  if (!browser) throw new Error('this page is in no browser');
  return (await browser.newContext(options)).newPage();
}

/** Signs up by the form; the browser is not logged in yet. */
export async function signUp(page: Page, { name, email, password }: User): Promise<void> {
  await (await fillIn(page, '/signup', { Name: name, Email: email, Password: password }, 'Sign up')).click();
}

/** Signs up by the form and logs in. */
export async function signUpAndLogIn(page: Page, user: User): Promise<void> {
  await signUp(page, user);
  await expect(page).toHaveURL('/signup/sent');
  await page.goto('/login');
  await logIn(page, user);
  await expect(page).toHaveURL('/dashboard');
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

/** Signs up and logs in without the pages. */
export async function signUpFast(page: Page, user = newUser()): Promise<User> {
  const answer = await post(page.request, '/signup', { ...user });
  expect(answer.headers().location, `${user.email} has signed up`).toBe('/signup/sent');
  await logInFast(page, user);
  return user;
}

/** Logs in without the page. */
export async function logInFast(page: Page, user: User, more: { remember?: string } = {}): Promise<void> {
  const { email, password } = user;
  const answer = await post(page.request, '/login', { email, password, ...more });
  expect(answer.headers().location, `${email} has logged in`).toBe('/dashboard');
  await clearFlashes(page);
}

/** Signs up and logs in without the pages, and confirms the address. */
export async function signUpVerified(page: Page, server: Server, user = newUser()): Promise<User> {
  await signUpFast(page, user);
  await verifyAddress(page, server, user);
  return user;
}

/** Confirms the address by the link in its email, in a browser that is logged in. */
export async function verifyAddress(page: Page, server: Server, user: User): Promise<void> {
  const link = linkOf(await server.mailbox.last(user.email, /Confirm/));
  await post(page.request, '/verify', { token: new URL(link).searchParams.get('token') ?? '' });
  await clearFlashes(page);
}

/** Signs up and logs in without the pages, and becomes an admin. */
export async function signUpAdmin(page: Page, server: Server, user = newUser()): Promise<User> {
  await signUpFast(page, user);
  server.grantAdmin(user.email);
  return user;
}

/** Logs out without the page. */
export async function logOutFast(page: Page): Promise<void> {
  await post(page.request, '/logout');
  await clearFlashes(page);
}

/** The button that opens the dialog of a question. */
export function opener(page: Page, question: string): Locator {
  return page.locator('button[command="show-modal"]', { hasText: question });
}

/** Opens the dialog of a question by its button, and returns the button that confirms it. */
export async function ask(page: Page, question: string, answer: string): Promise<Locator> {
  await opener(page, question).click();
  const button = page.locator('dialog:modal').getByRole('button', { name: answer, exact: true });
  await expect(button).toBeVisible();
  return button;
}

/** Opens the dialog of a question by its button, and confirms it. */
export async function confirm(page: Page, question: string, answer: string): Promise<void> {
  await (await ask(page, question, answer)).click();
}
