// Sign-up, log-in and log-out, on both databases.

import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, sql, test } from '../fixtures';
import { isRelease } from '../program';
import { logIn, logOut, newUser, signUp, signUpFast } from '../users';

test('a new user signs up, logs in and is greeted once', async ({ page }) => {
  const user = newUser('Wilma Newcomer');
  await signUp(page, user);
  await expect(page).toHaveURL('/signup/sent');
  await expect(page.getByText(`We sent an email to ${user.email}.`)).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click();
  await logIn(page, user);
  await expect(page).toHaveURL('/dashboard');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Wilma Newcomer');
  await expectFlashOnce(page, 'success', 'Welcome, Wilma Newcomer.');
});

test('a release build hashes passwords at the full cost', async ({ page, server }) => {
  test.skip(!isRelease(), 'this is a debug build');
  const user = await signUpFast(page);
  const hash = sql(server, `select password_hash from users where email = '${user.email}'`);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('a refused sign-up form returns with field errors and without the password', async ({ page }) => {
  const user = { name: 'Wilma', email: 'wilma..w@example.com', password: 'password' };
  await signUp(page, user);
  await expect(page).toHaveURL('/signup');
  await expectFieldError(page, 'Email', /name@example\.com/);
  await expectFieldError(page, 'Password', /too easy to guess/);
  await expect(page.getByLabel('Name')).toHaveValue('Wilma');
  await expect(page.getByLabel('Email')).toHaveValue(user.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await page.reload();
  await expect(page.getByLabel('Name')).toHaveValue('');
  await expect(page.locator('[aria-invalid]')).toHaveCount(0);
});

test('a sign-up with a used address looks like any other, and its owner gets an email', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.context().clearCookies();
  await signUp(page, { ...user, email: user.email.toUpperCase(), password: 'another teapot overboard' });
  await expect(page).toHaveURL('/signup/sent');
  await expect(page.getByText(`We sent an email to ${user.email.toUpperCase()}.`)).toBeVisible();
  await server.mailbox.last(user.email, /You already have an account at/);
  await page.goto('/login');
  await logIn(page, { ...user, password: 'another teapot overboard' });
  await expectFieldError(page, 'Password', /Incorrect email or password/);
});

test('a user who logs out sees that once and needs a log-in again', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/dashboard');
  await logOut(page);
  await expect(page).toHaveURL('/login');
  await expectFlashOnce(page, 'info', 'You are logged out.');
  await page.goto('/dashboard');
  await expect(page).toHaveURL('/login');
});

test('a user logs in and is greeted once', async ({ page }) => {
  const user = await signUpFast(page, newUser('Wilma Return'));
  await page.context().clearCookies();
  await page.goto('/login');
  await logIn(page, user);
  await expect(page).toHaveURL('/dashboard');
  await expectFlashOnce(page, 'success', 'Welcome, Wilma Return.');
});

test('a wrong password and an unknown address get the same answer, which keeps only the address', async ({
  page,
}) => {
  const user = await signUpFast(page);
  await page.context().clearCookies();
  await page.goto('/login');
  for (const wrong of [{ ...user, password: 'not the teapot' }, newUser()]) {
    await logIn(page, wrong);
    await expect(page).toHaveURL('/login');
    await expectFieldError(page, 'Password', 'Incorrect email or password.');
    await expect(page.getByLabel('Email')).toHaveValue(wrong.email);
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  }
  await page.reload();
  await expect(page.getByLabel('Email')).toHaveValue('');
  await expect(page.locator('[aria-invalid]')).toHaveCount(0);
});

test('a logged-in user is sent from log-in and sign-up to the dashboard', async ({ page }) => {
  await signUpFast(page);
  for (const path of ['/login', '/signup']) {
    await page.goto(path);
    await expect(page).toHaveURL('/dashboard');
  }
});

test('a log-in leads to the page that asked for it', async ({ page }) => {
  const user = await signUpFast(page);
  await page.context().clearCookies();
  await page.goto('/account/devices?from=mail');
  await expect(page).toHaveURL('/login');
  await expectFlashOnce(page, 'info', 'Please log in to continue.');
  await logIn(page, user);
  await expect(page).toHaveURL('/account/devices?from=mail');
});

test('the session cookie is persistent only after a log-in with "Keep me logged in"', async ({ page }) => {
  const user = await signUpFast(page);
  const cookie = async () => (await page.context().cookies()).find(({ name }) => name.endsWith('session'));
  expect(await cookie()).toMatchObject({ expires: -1, httpOnly: true, sameSite: 'Lax', path: '/' });
  await page.context().clearCookies();
  await page.goto('/login');
  await page.getByLabel('Keep me logged in on this device').check();
  await logIn(page, user);
  await expect(page).toHaveURL('/dashboard');
  const inAWeek = Date.now() / 1000 + 7 * 24 * 3600;
  expect((await cookie())?.expires).toBeGreaterThan(inAWeek);
});
