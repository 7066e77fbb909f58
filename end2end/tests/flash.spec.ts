// Flash messages: position, accessibility and dismissal.

import { randomUUID } from 'node:crypto';
import { flashes } from '../expectations';
import { expect, test } from '../fixtures';
import { post } from '../forms';
import { logInFast, newUser, signUpAndLogIn, signUpFast } from '../users';

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
  await expect(flashes(page)).toContainText(['Your profile is saved.', 'No other device is logged in.']);
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

test('a message about success leaves by itself, and not while the pointer is on it', async ({ page }) => {
  await signUpFast(page);
  await post(page.request, '/account', { name: 'Robin' });
  await page.goto('/account');
  await page.locator('.toast-card').hover();
  // Time passes ten times as fast, for animations only.
  const chromium = await page.context().newCDPSession(page);
  await chromium.send('Animation.enable');
  await chromium.send('Animation.setPlaybackRate', { playbackRate: 10 });
  const age = () => page.evaluate(() => Number(document.timeline.currentTime));
  await expect.poll(age).toBeGreaterThan(7000);
  await expect(flashes(page)).toBeVisible();
  await page.mouse.move(0, 0);
  await expect(flashes(page)).toBeHidden();
});

test('a message about an error stays', async ({ page }) => {
  await signUpFast(page);
  await post(page.request, '/account/passkeys/rename', { id: randomUUID(), new_name: '' });
  await page.goto('/account/passkeys');
  await expect(page.locator('[data-flash="error"]')).toBeVisible();
  const animations = await page.locator('.toast-card').evaluate((card) => card.getAnimations().length);
  expect(animations).toBe(0);
});

test('a message covers no button of a form or a banner', async ({ page }) => {
  const user = await signUpFast(page);
  await post(page.request, '/account/delete');
  await logInFast(page, user);
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await post(page.request, '/account', { name: 'Robin' });
    await post(page.request, '/account/devices/end-others');
    await page.goto('/account');
    await expect(flashes(page)).toHaveCount(2);
    await expect(page.locator('.banner')).toHaveCount(2);
    const covered = await page.evaluate(() => {
      const controls = [...document.querySelectorAll('main :is(button, input, select), .banner :is(a, button)')];
      const buttons = controls.filter((control) => control.checkVisibility() && control.getBoundingClientRect().width > 0);
      return buttons
        .filter((button) => {
          const { left, top, width, height } = button.getBoundingClientRect();
          const hit = document.elementFromPoint(left + width / 2, top + height / 2);
          return hit !== null && !button.contains(hit);
        })
        .map((button) => button.outerHTML);
    });
    expect(covered, `${width} pixels`).toEqual([]);
  }
});
