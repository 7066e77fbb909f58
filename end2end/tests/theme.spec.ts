// The choice between light, dark and the theme of the system.

import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { signUpFast } from '../users';

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

async function choose(page: Page, theme: string): Promise<void> {
  await page.getByRole('contentinfo').getByRole('button', { name: theme }).click();
  await expect(page.getByRole('contentinfo').getByRole('button', { name: theme })).toHaveAttribute('aria-pressed', 'true');
}

test('a visitor chooses a theme, which stays for every page and the next visit', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/login');
  const light = await background(page);
  await choose(page, 'Dark theme');
  await expect(page).toHaveURL('/login');
  const dark = await background(page);
  expect(dark).not.toBe(light);
  await page.goto('/signup');
  expect(await background(page)).toBe(dark);
  await page.emulateMedia({ colorScheme: 'dark' });
  await choose(page, 'Light theme');
  expect(await background(page)).toBe(light);
  await choose(page, 'Theme of the system');
  expect(await background(page)).toBe(dark);
});

test('a user chooses a theme in the menu and returns to the same page', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/account/devices');
  await page.getByLabel('Your menu').click();
  await page.locator('header').getByRole('button', { name: 'Dark theme' }).click();
  await expect(page).toHaveURL('/account/devices');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('a user who chooses a theme keeps what they typed and did not send', async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'without a script the page is loaded again');
  await page.emulateMedia({ colorScheme: 'light' });
  await signUpFast(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Half a name');
  const light = await background(page);
  await choose(page, 'Dark theme');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByLabel('Name')).toHaveValue('Half a name');
  expect(await background(page)).not.toBe(light);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await choose(page, 'Theme of the system');
  expect(await background(page)).toBe(light);
});
