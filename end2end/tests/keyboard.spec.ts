// The product without a mouse.

import { expectFlashOnce, flashes } from '../expectations';
import { expect, test } from '../fixtures';
import { anotherBrowser, logInFast, newUser, signUpAndLogIn, signUpFast } from '../users';

test('the first Tab focuses a link that skips to the content', async ({ page }) => {
  await page.goto('/login');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await page.keyboard.press('Tab');
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/login#main');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Email')).toBeFocused();
});

test('a user logs in with Tab and Enter', async ({ page }) => {
  const user = await signUpFast(page);
  await page.context().clearCookies();
  await page.goto('/login');
  const header = page.locator('header').getByRole('link');
  await page.keyboard.press('Tab'); // the skip link
  for (const stop of [0, 1, 2]) {
    await page.keyboard.press('Tab');
    await expect(header.nth(stop)).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Email')).toBeFocused();
  await page.keyboard.type(user.email);
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.keyboard.type(user.password);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(page.getByLabel('Keep me logged in on this device')).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/dashboard');
});

test('the menu opens and logs out with the keyboard', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/dashboard');
  await page.getByLabel('Your menu').focus();
  await page.keyboard.press('Enter');
  for (const name of ['Your account', 'Your devices']) {
    await page.keyboard.press('Tab');
    await expect(page.locator('header').getByRole('link', { name })).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Log out', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/login');
  await expectFlashOnce(page, 'info', 'You are logged out.');
});

test('the menu closes with the keyboard', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/dashboard');
  const link = page.locator('header').getByRole('link', { name: 'Your account' });
  await expect(link).toBeHidden();
  await page.getByLabel('Your menu').focus();
  await page.keyboard.press('Space');
  await expect(link).toBeVisible();
  await page.keyboard.press('Space');
  await expect(link).toBeHidden();
});

test('a message is dismissed with the keyboard', async ({ page }) => {
  await signUpAndLogIn(page, newUser());
  await expect(flashes(page)).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss this message' }).focus();
  await page.keyboard.press('Enter');
  await expect(flashes(page)).toBeHidden();
});

test('the focused element has a visible outline', async ({ page }) => {
  await page.goto('/login');
  for (let stop = 0; stop < 8; stop++) {
    await page.keyboard.press('Tab');
    const outline = await page.locator(':focus').evaluate((element) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return { drawn: outlineStyle !== 'none' && outlineWidth !== '0px', boxShadow, what: element.outerHTML };
    });
    expect(outline.drawn || outline.boxShadow !== 'none', `a ring around ${outline.what}`).toBe(true);
  }
});

test('a dialog keeps the focus, begins at Cancel, and gives the focus back', async ({ page }) => {
  await logInFast(await anotherBrowser(page), await signUpFast(page));
  await page.goto('/account/devices');
  const opener = page.getByRole('button', { name: 'Log out all other devices' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.locator('dialog:modal');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  for (let stop = 0; stop < 6; stop++) {
    await page.keyboard.press('Tab');
    const isOutside = await page.evaluate(
      () => document.activeElement !== document.body && !document.activeElement?.closest('dialog'),
    );
    expect(isOutside).toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
  await page.keyboard.press('Enter');
  await page.mouse.click(5, 5);
  await expect(dialog).toHaveCount(0);
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
});
