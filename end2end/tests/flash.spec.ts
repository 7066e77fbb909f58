// Flash messages: position, accessibility and dismissal.

import { flashes } from '../expectations';
import { expect, test } from '../fixtures';
import { post } from '../forms';
import { newUser, signUpAndLogIn, signUpFast } from '../users';

test('the dismiss button hides a message without a page load', async ({ page }) => {
  await signUpAndLogIn(page, newUser());
  await expect(flashes(page)).toBeVisible();
  const loads: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads.push(request.url()); // the icon may still be loading
  });
  await page.getByRole('button', { name: 'Dismiss this message' }).click();
  await expect(flashes(page)).toBeHidden();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(loads).toEqual([]);
});

test('success and info messages have the role status', async ({ page }) => {
  await signUpAndLogIn(page, newUser());
  await expect(page.getByRole('status')).toContainText('Welcome, ');
  await post(page.request, '/logout');
  await page.goto('/login');
  await expect(page.getByRole('status')).toContainText('You are logged out.');
});

test('markup in a message is shown as text', async ({ page }) => {
  const user = newUser('<img src=x onerror=alert(1)> & co');
  await signUpAndLogIn(page, user);
  await expect(flashes(page)).toContainText(`Welcome, ${user.name}.`);
  await expect(flashes(page).locator('img')).toHaveCount(0);
});

test('requests for files and redirects do not consume a message', async ({ page }) => {
  await signUpFast(page);
  await post(page.request, '/account', { name: 'Robin' });
  for (const path of ['/favicon.svg', '/health', '/login', '/pkg/none.css']) {
    await page.request.get(path, { maxRedirects: 0 });
  }
  await page.goto('/dashboard');
  await expect(flashes(page)).toHaveCount(1);
  await expect(flashes(page)).toContainText('Your profile is saved.');
});

test('several messages are shown in the order in which they were added', async ({ page }) => {
  await signUpFast(page);
  await post(page.request, '/account', { name: 'Robin' });
  await post(page.request, '/account/devices/end-others');
  await page.goto('/account');
  await expect(flashes(page)).toContainText(['Your profile is saved.', '0 other devices are logged out.']);
  await page.getByRole('button', { name: 'Dismiss this message' }).first().click();
  await expect(flashes(page).first()).toBeHidden();
  await expect(flashes(page).last()).toBeVisible();
});

test('a message does not cover the menu on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signUpAndLogIn(page, newUser());
  await expect(flashes(page)).toBeVisible();
  await page.getByLabel('Your menu').click();
  await page.locator('header').getByRole('link', { name: 'Your account' }).click();
  await expect(page).toHaveURL('/account');
});
