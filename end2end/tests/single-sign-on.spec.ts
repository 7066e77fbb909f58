// Single sign-on with a real provider, through the pages of both.

import type { BrowserContext, Page } from '@playwright/test';
import { expectFlashOnce } from '../expectations';
import { expect, sql, test as base, withoutLiveTabs } from '../fixtures';
import { OidcProvider, logInAtProvider } from '../oidc-provider';
import { expireSudo } from '../reauthentication';
import { Server } from '../server';
import { anotherBrowser, logInFast, logOut, logOutFast, newUser, signUpFast, signUpVerified } from '../users';

const test = base.extend<object, { provider: OidcProvider }>({
  provider: [
    async ({}, use) => {
      const provider = await OidcProvider.start();
      await use(provider);
      await provider.stop();
    },
    { scope: 'worker' },
  ],
  settings: [({ provider }, use) => use({ ...provider.settings(), ...withoutLiveTabs }), { scope: 'worker' }],
});

// The pages of the provider ask for a font and an icon that are not there.
const withoutFont = (context: BrowserContext) =>
  context.route(/fonts\.googleapis|favicon\.ico/, (route) => route.fulfill({ body: '' }));

test.beforeEach(async ({ browser, context, provider, server }) => {
  await withoutFont(context);
  browser.on('context', withoutFont);
  await provider.register(server.url);
});

/** A new account at the provider. */
function account(provider: OidcProvider, verified = true, email = newUser().email): string {
  const id = email.split('@')[0] ?? '';
  provider.accounts.set(id, { email, email_verified: verified });
  return id;
}

async function logInWithProvider(page: Page, id: string): Promise<void> {
  await page.goto('/login');
  await page.getByRole('button', { name: 'Continue with Corp' }).click();
  await logInAtProvider(page, id);
}

test('a new user logs in with the provider and returns to the page that they wanted', async ({ page, provider }) => {
  const id = account(provider);
  await page.goto('/account/devices');
  await page.getByRole('button', { name: 'Continue with Corp' }).click();
  await logInAtProvider(page, id);
  await expect(page).toHaveURL('/account/devices');
  await expectFlashOnce(page, 'success', new RegExp(`Welcome, .*${id}`));
  await page.goto('/account/sign-in-methods');
  await expect(page.getByText('You have no password')).toBeVisible();
});

test('a user who cancels at the provider gets the log-in page with the reason', async ({ page }) => {
  await page.goto('/login');
  await page.getByRole('button', { name: 'Continue with Corp' }).click();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/login?failed=cancelled');
  await expect(page.getByText('You cancelled the log-in')).toBeVisible();
});

test('an unverified address does not join the account with this address', async ({ page, provider, server }) => {
  const user = await signUpVerified(page, server);
  await logOutFast(page);
  const id = account(provider, false, user.email);
  await logInWithProvider(page, id);
  await expect(page).toHaveURL('/login?failed=unverified');
  await expect(page.getByText('The provider has not confirmed your email address.')).toBeVisible();
});

test('a user links the provider, logs in with it, and unlinks it', async ({ page, provider, server }) => {
  const user = await signUpVerified(page, server);
  const id = account(provider);
  await page.goto('/account/sign-in-methods');
  await page.getByRole('button', { name: 'Link Corp' }).click();
  await logInAtProvider(page, id);
  await expect(page).toHaveURL('/account/sign-in-methods');
  await expectFlashOnce(page, 'success', 'Corp is linked. You can now log in with it.');

  const phone = await anotherBrowser(page);
  await logInWithProvider(phone, id);
  await expect(phone).toHaveURL('/dashboard');

  await page.getByRole('button', { name: 'Unlink Corp' }).click();
  await page.getByRole('button', { name: 'Unlink it' }).click();
  await expectFlashOnce(page, 'success', 'The provider is unlinked.');
  await phone.goto('/account');
  await expectFlashOnce(phone, 'warning', /You unlinked the provider that this session began with/);
  await logOutFast(page);
  await logInFast(page, user);
});

test('a user without a password confirms with the provider, which asks for the log-in again', async ({ page, provider, server }) => {
  const id = account(provider);
  await logInWithProvider(page, id);
  await expect(page).toHaveURL('/dashboard');
  expireSudo(server);
  await page.goto('/account/delete');
  await expect(page).toHaveURL('/reauthenticate');
  await page.getByRole('button', { name: 'Continue with Corp' }).click();
  await logInAtProvider(page, id);
  await expect(page).toHaveURL('/account/delete');
  await page.goto('/account/password');
  await page.getByLabel('New password').fill('copper teapot overboard');
  await page.getByRole('button', { name: 'Set a password' }).click();
  await expectFlashOnce(page, 'success', /Your password was set\./);
});

test('log-out also ends the session at the provider, which ends the sessions of other browsers', async ({ page, provider }) => {
  const id = account(provider);
  await logInWithProvider(page, id);
  await expect(page).toHaveURL('/dashboard');
  await logOut(page);
  await page.getByRole('button', { name: /Yes/ }).click();
  await expect(page).toHaveURL('/login');
  await expectFlashOnce(page, 'info', 'You are logged out.');
  // The provider asks for the password again: its session is over.
  await page.getByRole('button', { name: 'Continue with Corp' }).click();
  await expect(page.locator('[name=login]')).toBeVisible();
});

test('a log-out at the provider ends the session here at once', async ({ page, provider }) => {
  const id = account(provider);
  await logInWithProvider(page, id);
  await expect(page).toHaveURL('/dashboard');
  await page.goto(`${provider.issuer}/session/end`);
  await page.getByRole('button', { name: /Yes/ }).click();
  await expect(page.getByText(/Sign-out Success/i)).toBeVisible();
  await page.goto('/dashboard');
  await expect(page).toHaveURL('/login');
  await expectFlashOnce(page, 'warning', /You logged out at your log-in provider\./);
});

test('a session ends with the next check after the provider removed its user', async ({ browser, database, provider, settings }) => {
  const server = await Server.start(database, 'localhost', settings);
  try {
    await provider.register(server.url);
    const page = await (await browser.newContext({ baseURL: server.url })).newPage();
    const id = account(provider);
    await logInWithProvider(page, id);
    await expect(page).toHaveURL('/dashboard');
    const token = () => sql(server, 'select hex(grant_token) from provider_sessions').trim();
    const first = token();
    expect(first).not.toBe('');
    // Maintenance runs with each start.
    sql(server, 'update provider_sessions set check_at = 0');
    await server.restart();
    await expect.poll(token).not.toBe(first);
    await page.goto('/dashboard');
    await expect(page).toHaveURL('/dashboard');

    provider.accounts.delete(id);
    sql(server, 'update provider_sessions set check_at = 0');
    await server.restart();
    await expect.poll(token).toBe('');
    await page.goto('/dashboard');
    await expect(page).toHaveURL('/login');
    await expectFlashOnce(page, 'warning', /Your log-in provider no longer confirms your access\./);
    await page.context().close(); // before its server stops
  } finally {
    await server.stop();
  }
});

test('keys that the provider rotates do not stop log-ins', async ({ page, provider }) => {
  const id = account(provider);
  await logInWithProvider(page, id);
  await expect(page).toHaveURL('/dashboard');
  await provider.rotateKeys();
  const phone = await anotherBrowser(page);
  await logInWithProvider(phone, id);
  await expect(phone).toHaveURL('/dashboard');
});

test('the browser keeps only its own request: a second tab replaces that of the first one', async ({ page, provider }) => {
  const id = account(provider);
  await signUpFast(page);
  await logOutFast(page);
  await page.goto('/login');
  await page.getByRole('button', { name: 'Continue with Corp' }).click();
  await expect(page.locator('[name=login]')).toBeVisible();
  const tab = await page.context().newPage();
  await tab.goto('/login');
  await tab.getByRole('button', { name: 'Continue with Corp' }).click();
  await expect(tab.locator('[name=login]')).toBeVisible();
  await logInAtProvider(page, id);
  await expect(page).toHaveURL('/login?failed=unknown');
});
