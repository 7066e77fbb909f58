// Flash messages: position, accessibility and dismissal.

import { expect, test } from '../fixtures';
import { arrive, flashes, join, post, somebody } from '../people';

test('a message is dismissed with its button, without loading the page again', async ({ page }) => {
  await join(page, somebody());
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

test('good news is read out when there is time, bad news at once', async ({ page }) => {
  await join(page, somebody());
  await expect(page.getByRole('status')).toContainText('Welcome, ');
  await post(page.request, '/logout');
  await page.goto('/login');
  await expect(page.getByRole('status')).toContainText('You are logged out.');
});

test('markup in a message is text', async ({ page }) => {
  const person = somebody('<img src=x onerror=alert(1)> & co');
  await join(page, person);
  await expect(flashes(page)).toContainText(`Welcome, ${person.name}.`);
  await expect(flashes(page).locator('img')).toHaveCount(0);
});

test('a message waits while files and redirects go by', async ({ page }) => {
  await arrive(page);
  await post(page.request, '/account', { name: 'Robin' });
  for (const path of ['/favicon.svg', '/health', '/login', '/pkg/none.css']) {
    await page.request.get(path, { maxRedirects: 0 });
  }
  await page.goto('/dashboard');
  await expect(flashes(page)).toHaveCount(1);
  await expect(flashes(page)).toContainText('Your profile is saved.');
});

test('several messages stand in the order they were left', async ({ page }) => {
  await arrive(page);
  await post(page.request, '/account', { name: 'Robin' });
  await post(page.request, '/account/devices/end-others');
  await page.goto('/account');
  await expect(flashes(page)).toContainText(['Your profile is saved.', '0 other devices are logged out.']);
  await page.getByRole('button', { name: 'Dismiss this message' }).first().click();
  await expect(flashes(page).first()).toBeHidden();
  await expect(flashes(page).last()).toBeVisible();
});

test('a message covers nothing that a person must reach', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await join(page, somebody());
  await expect(flashes(page)).toBeVisible();
  await page.getByLabel('Your menu').click();
  await page.locator('header').getByRole('link', { name: 'Your account' }).click();
  await expect(page).toHaveURL('/account');
});
