// Code that runs in the browser. Each test waits until the island is active: its answer comes from the server.

import { expect, test } from '../fixtures';
import { signUpFast } from '../users';

for (const { path, label } of [
  { path: '/signup', label: 'Password' },
  { path: '/account/password', label: 'New password' },
]) {
  test(`the strength of a password is shown during typing at ${path}`, async ({ page }) => {
    if (path !== '/signup') await signUpFast(page);
    await page.goto(path);
    const island = page.locator('[data-island="password-strength"]');
    const meter = island.locator('meter');
    await expect(meter).toBeHidden();

    const field = page.getByLabel(label, { exact: true });
    // Input before the island is active has no effect, so the test types until the island answers.
    await expect(async () => {
      await field.fill('');
      await field.pressSequentially('password');
      await expect(island).toContainText('too easy to guess', { timeout: 2000 });
    }).toPass();
    await expect(meter).toBeVisible();
    const weak = Number(await meter.getAttribute('value'));

    await field.fill('copper teapot overboard tonight');
    await expect(island).toContainText('Strong.');
    expect(Number(await meter.getAttribute('value'))).toBeGreaterThan(weak);

    await field.fill('short');
    await expect(island).toContainText('at least 8 characters');

    await field.fill('');
    await expect(meter).toBeHidden();
  });
}

test('the Enter key submits a form that has an active island', async ({ page }) => {
  const user = { name: 'Robin', email: `island-${Date.now()}@example.com`, password: 'copper teapot overboard' };
  await page.goto('/signup');
  const island = page.locator('[data-island="password-strength"]');
  await expect(async () => {
    await page.getByLabel('Password', { exact: true }).fill('');
    await page.getByLabel('Password', { exact: true }).fill(user.password);
    await expect(island).toContainText('Strong.', { timeout: 2000 });
  }).toPass();
  await page.getByLabel('Name').fill(user.name);
  await page.getByLabel('Email').fill(user.email);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/signup/sent');
});

test('a button shows and hides the password', async ({ page }) => {
  await page.goto('/signup');
  const field = page.getByLabel('Password', { exact: true });
  const button = page.getByRole('button', { name: 'Show password' });
  await field.fill('copper teapot');
  await expect(async () => {
    await button.click({ timeout: 2000 });
    await expect(field).toHaveAttribute('type', 'text', { timeout: 500 });
  }).toPass();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await button.click();
  await expect(field).toHaveAttribute('type', 'password');
  await expect(field).toHaveValue('copper teapot');
});

test('the error about a password goes when another one is typed', async ({ page }) => {
  await page.goto('/signup');
  await page.getByLabel('Name').fill('Robin');
  await page.getByLabel('Email').fill(`island-${Date.now()}@example.com`);
  const field = page.getByLabel('Password', { exact: true });
  await field.fill('password');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.locator('#password-error')).toBeVisible();
  await expect(async () => {
    await field.fill('');
    await field.fill('copper teapot overboard');
    await expect(page.locator('#password-error')).toBeHidden({ timeout: 500 });
  }).toPass();
  await expect(field).not.toHaveAttribute('aria-invalid');
});
