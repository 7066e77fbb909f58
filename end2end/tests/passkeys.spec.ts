// Passkeys with a virtual authenticator of Chromium, which holds keys like a phone and confirms requests automatically.

import type { CDPSession, Page } from '@playwright/test';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { anotherBrowser, logInFast, logOut, signUpVerified } from '../users';

test.use({ settings: withoutLiveTabs });

// A passkey cannot belong to an IP address.
test.use({ host: 'localhost' });

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

test('a user adds, renames, uses and removes a passkey', async ({ page, server }) => {
  await offersNothing(page);
  const device = await Device.in(page);
  await signUpVerified(page, server);
  await add(page, 'My laptop');
  await expect(page.getByText('Your passkey was added.')).toBeVisible();
  await expect(key(page, 'My laptop')).toContainText('never used');
  expect(await device.keys()).toHaveLength(1);

  await key(page, 'My laptop').getByLabel('New name for My laptop').fill('The old laptop');
  await key(page, 'My laptop').getByRole('button', { name: 'Rename' }).click();
  await expect(key(page, 'The old laptop')).toHaveCount(1);

  await logOut(page);
  await useButton(page);
  await expect(page).toHaveURL('/dashboard');
  await page.goto('/account/passkeys');
  await expect(key(page, 'The old laptop')).not.toContainText('never used');

  await key(page, 'The old laptop').getByText('Remove', { exact: true }).click();
  await key(page, 'The old laptop').getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByText('You have no passkeys yet.')).toBeVisible();
  await logOut(page);
  await useButton(page);
  await expect(page.getByText('This passkey is not registered')).toBeVisible();
  await expect(page).toHaveURL('/login');
});

test('the browser offers passkeys at the email field', async ({ page, server }) => {
  await Device.in(page);
  await signUpVerified(page, server);
  await add(page, 'My laptop');
  await expect(page.getByText('Your passkey was added.')).toBeVisible();
  await page.goto('/account');
  // The device answers as soon as the page asks, without a click.
  await logOut(page);
  await expect(page).toHaveURL('/dashboard');
});

test('a second passkey on the same device is refused, one on another device is added', async ({ page, server }) => {
  await Device.in(page);
  const user = await signUpVerified(page, server);
  await add(page, 'My laptop');
  await expect(page.getByText('Your passkey was added.')).toBeVisible();
  await add(page, 'My laptop again');
  await expect(page.getByText('No passkey was added.')).toBeVisible();

  const phone = await anotherBrowser(page);
  await Device.in(phone);
  await logInFast(phone, user);
  await add(phone, 'My phone');
  await expect(phone.locator('[data-passkey]')).toHaveCount(2);
});

test('a passkey without user verification or with an old counter is refused', async ({ page, server }) => {
  await offersNothing(page);
  const device = await Device.in(page);
  await signUpVerified(page, server);
  await add(page, 'My laptop');
  await expect(page.getByText('Your passkey was added.')).toBeVisible();
  await logOut(page);
  await useButton(page);
  await expect(page).toHaveURL('/dashboard');
  const [copy] = await device.keys();
  if (!copy) throw new Error('the device has no key');

  const other = await anotherBrowser(page);
  const copied = await Device.in(other);
  await copied.copy({ ...copy, signCount: 0 });
  await copied.recognizes(false);
  await offersNothing(other);
  await other.goto('/login');
  await useButton(other);
  await expect(other.getByText('That did not work.')).toBeVisible();

  await copied.recognizes(true);
  await useButton(other);
  await expect(other.getByText('This passkey is not registered')).toBeVisible();
});

test('the page offers no passkeys at another host', async ({ page, server }) => {
  await Device.in(page);
  await page.goto(server.url.replace('localhost', '127.0.0.1') + '/login');
  await expect(page.getByRole('button', { name: 'Log in', exact: true })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('button', { name: 'Log in with a passkey' })).toBeHidden();
});
