// Passkeys with a virtual authenticator of Chromium, which holds keys like a phone and confirms requests automatically.
// The pages use `localhost`, since a passkey cannot belong to an IP address.

import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { expect, test as base } from '../fixtures';
import { type User, anotherBrowser, logOut, newUser } from '../users';
import { Server } from '../server';

const test = base.extend<object, { server: Server }>({
  server: [
    async ({ database }, use) => {
      const server = await Server.start(database, 'localhost');
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
});

/** A virtual authenticator for passkeys, in this page's browser. */
class Device {
  private constructor(
    private readonly chromium: CDPSession,
    readonly id: string,
  ) {}

  static async in(page: Page): Promise<Device> {
    const chromium = await page.context().newCDPSession(page);
    await chromium.send('WebAuthn.enable');
    const { authenticatorId } = await chromium.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new Device(chromium, authenticatorId);
  }

  /** Sets whether user verification succeeds. */
  async recognizes(isUserVerified: boolean): Promise<void> {
    await this.chromium.send('WebAuthn.setUserVerified', { authenticatorId: this.id, isUserVerified });
  }

  async keys() {
    const { credentials } = await this.chromium.send('WebAuthn.getCredentials', { authenticatorId: this.id });
    return credentials;
  }

  /** Copies a key from another device. */
  async copy(key: Awaited<ReturnType<Device['keys']>>[number]): Promise<void> {
    await this.chromium.send('WebAuthn.addCredential', { authenticatorId: this.id, credential: key });
  }
}

async function signedUp(page: Page): Promise<User> {
  const user = newUser();
  await page.goto('/signup');
  await page.getByLabel('Name').fill(user.name);
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page).not.toHaveURL('/signup');
  await logInByPassword(page, user);
  return user;
}

async function logInByPassword(page: Page, user: User): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/dashboard');
}

async function add(page: Page, name: string): Promise<void> {
  await page.goto('/account/passkeys');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
}

/** Disables the suggestions of this browser: the automatic device would answer before the button is clicked. */
async function offersNothing(page: Page): Promise<void> {
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
  });
}

async function useButton(page: Page): Promise<void> {
  await expect(page).toHaveURL('/login');
  await page.getByRole('button', { name: 'Log in with a passkey' }).click();
}

const key = (page: Page, name: string) => page.locator('[data-passkey]').filter({ hasText: name });

test('a user adds, renames, uses and removes a passkey', async ({ page }) => {
  await offersNothing(page);
  const device = await Device.in(page);
  await signedUp(page);
  await add(page, 'My laptop');
  await expect(page.getByText('Your passkey is added.')).toBeVisible();
  await expect(key(page, 'My laptop')).toContainText('never used');
  expect(await device.keys()).toHaveLength(1);

  await key(page, 'My laptop').getByLabel('Another name for My laptop').fill('The old laptop');
  await key(page, 'My laptop').getByRole('button', { name: 'Rename' }).click();
  await expect(key(page, 'The old laptop')).toHaveCount(1);

  await logOut(page);
  await useButton(page);
  await expect(page).toHaveURL('/dashboard');
  await page.goto('/account/passkeys');
  await expect(key(page, 'The old laptop')).not.toContainText('never used');

  await key(page, 'The old laptop').getByText('Remove', { exact: true }).click();
  await key(page, 'The old laptop').getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByText('You have none yet.')).toBeVisible();
  await logOut(page);
  await useButton(page);
  await expect(page.getByText('This passkey is not known here')).toBeVisible();
  await expect(page).toHaveURL('/login');
});

test('the browser offers passkeys at the email field', async ({ page }) => {
  await Device.in(page);
  await signedUp(page);
  await add(page, 'My laptop');
  await expect(page.getByText('Your passkey is added.')).toBeVisible();
  await page.goto('/account');
  // The device answers as soon as the page asks, without a click.
  await logOut(page);
  await expect(page).toHaveURL('/dashboard');
});

test('a second passkey on the same device is refused, one on another device is added', async ({ page }) => {
  await Device.in(page);
  const user = await signedUp(page);
  await add(page, 'My laptop');
  await expect(page.getByText('Your passkey is added.')).toBeVisible();
  await add(page, 'My laptop again');
  await expect(page.getByText('Nothing was added.')).toBeVisible();

  const phone = await anotherBrowser(page, { baseURL: new URL(page.url()).origin });
  await Device.in(phone);
  await logInByPassword(phone, user);
  await add(phone, 'My phone');
  await expect(phone.locator('[data-passkey]')).toHaveCount(2);
});

test('a device without user verification and a copied passkey with an old counter are refused', async ({ page }) => {
  await offersNothing(page);
  const device = await Device.in(page);
  await signedUp(page);
  await add(page, 'My laptop');
  await expect(page.getByText('Your passkey is added.')).toBeVisible();
  await logOut(page);
  await useButton(page);
  await expect(page).toHaveURL('/dashboard');
  const [copy] = await device.keys();
  if (!copy) throw new Error('the device has no key');

  const context: BrowserContext = (await anotherBrowser(page, { baseURL: new URL(page.url()).origin })).context();
  const stranger = context.pages()[0] as Page;
  const theirs = await Device.in(stranger);
  await theirs.copy({ ...copy, signCount: 0 });
  await theirs.recognizes(false);
  await offersNothing(stranger);
  await stranger.goto('/login');
  await useButton(stranger);
  await expect(stranger.getByText('That did not work.')).toBeVisible();

  await theirs.recognizes(true);
  await useButton(stranger);
  await expect(stranger.getByText('This passkey is not known here')).toBeVisible();
});

test('the page offers no passkeys at another host', async ({ page, server }) => {
  await Device.in(page);
  await page.goto(server.url.replace('localhost', '127.0.0.1') + '/login');
  await expect(page.getByRole('button', { name: 'Log in', exact: true })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('button', { name: 'Log in with a passkey' })).toBeHidden();
});
