// Sign-up, log-in and log-out, on both databases.

import { expect, test } from '../fixtures';
import { arrive, logIn, logOut, seesMistake, seesOnce, signUp, somebody } from '../people';

test('a stranger signs up, logs in and is greeted once', async ({ page }) => {
  const person = somebody('Wilma Newcomer');
  await signUp(page, person);
  await expect(page).toHaveURL('/login');
  await expect(page.getByLabel('Email')).toHaveValue(person.email);
  await seesOnce(page, 'success', `Welcome aboard. We have sent a mail to ${person.email}.`);
  await logIn(page, person);
  await expect(page).toHaveURL('/dashboard');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Wilma Newcomer');
  await seesOnce(page, 'success', 'Welcome, Wilma Newcomer.');
});

test('a sign-up form with mistakes comes back with a reason at each field and without the password', async ({ page }) => {
  const person = { name: 'Wilma', email: 'wilma..w@example.com', password: 'password' };
  await signUp(page, person);
  await expect(page).toHaveURL('/signup');
  await seesMistake(page, 'Email', /name@example\.com/);
  await seesMistake(page, 'Password', /too easy to guess/);
  await expect(page.getByLabel('Name')).toHaveValue('Wilma');
  await expect(page.getByLabel('Email')).toHaveValue(person.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await page.reload();
  await expect(page.getByLabel('Name')).toHaveValue('');
  await expect(page.locator('[aria-invalid]')).toHaveCount(0);
});

test('who signs up with an address that somebody has is told nothing, and its owner gets a mail', async ({ page, server }) => {
  const person = await arrive(page);
  await page.context().clearCookies();
  await signUp(page, { ...person, email: person.email.toUpperCase(), password: 'another teapot overboard' });
  await expect(page).toHaveURL('/login');
  await seesOnce(page, 'success', 'Welcome aboard. We have sent a mail to');
  await server.mailbox.last(person.email, /You have an account at/);
  await logIn(page, { ...person, password: 'another teapot overboard' });
  await seesMistake(page, 'Password', /do not go together/);
});

test('a person logs out, is told so once, and the pages are closed again', async ({ page }) => {
  await arrive(page);
  await page.goto('/dashboard');
  await logOut(page);
  await expect(page).toHaveURL('/login');
  await seesOnce(page, 'info', 'You are logged out.');
  await page.goto('/dashboard');
  await expect(page).toHaveURL('/login');
});

test('a person logs in and is greeted once', async ({ page }) => {
  const person = await arrive(page, somebody('Wilma Return'));
  await page.context().clearCookies();
  await page.goto('/login');
  await logIn(page, person);
  await expect(page).toHaveURL('/dashboard');
  await seesOnce(page, 'success', 'Welcome, Wilma Return.');
});

test('a wrong password and an unknown address get the same answer; the address stays, the password does not', async ({
  page,
}) => {
  const person = await arrive(page);
  await page.context().clearCookies();
  await page.goto('/login');
  for (const wrong of [{ ...person, password: 'not the teapot' }, somebody()]) {
    await logIn(page, wrong);
    await expect(page).toHaveURL('/login');
    await seesMistake(page, 'Password', 'This email and password do not go together.');
    await expect(page.getByLabel('Email')).toHaveValue(wrong.email);
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  }
  await page.reload();
  await expect(page.getByLabel('Email')).toHaveValue('');
  await expect(page.locator('[aria-invalid]')).toHaveCount(0);
});

test('who is logged in already is sent from log-in and sign-up to the dashboard', async ({ page }) => {
  await arrive(page);
  for (const path of ['/login', '/signup']) {
    await page.goto(path);
    await expect(page).toHaveURL('/dashboard');
  }
});

test('after the log-in a person is where they wanted to go', async ({ page }) => {
  const person = await arrive(page);
  await page.context().clearCookies();
  await page.goto('/account/devices?from=mail');
  await expect(page).toHaveURL('/login');
  await seesOnce(page, 'info', 'Please log in to go on.');
  await logIn(page, person);
  await expect(page).toHaveURL('/account/devices?from=mail');
});

test('who stays logged in keeps the cookie when the window closes, others do not', async ({ page }) => {
  const person = await arrive(page);
  const cookie = async () => (await page.context().cookies()).find(({ name }) => name.endsWith('session'));
  expect(await cookie()).toMatchObject({ expires: -1, httpOnly: true, sameSite: 'Lax', path: '/' });
  await page.context().clearCookies();
  await page.goto('/login');
  await page.getByLabel('Keep me logged in on this device').check();
  await logIn(page, person);
  await expect(page).toHaveURL('/dashboard');
  const inAWeek = Date.now() / 1000 + 7 * 24 * 3600;
  expect((await cookie())?.expires).toBeGreaterThan(inAWeek);
});
