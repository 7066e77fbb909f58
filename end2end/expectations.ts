// What users see after they sent a form: messages and field errors.

import type { Page } from '@playwright/test';
import { expect } from './fixtures';

export type Level = 'info' | 'success' | 'warning' | 'error';

/** All messages on the page. */
export function flashes(page: Page) {
  return page.locator('[data-flash]');
}

/** Checks for exactly this message, and for none after a reload. */
export async function expectFlashOnce(page: Page, level: Level, text: string | RegExp): Promise<void> {
  await expect(flashes(page)).toHaveCount(1);
  await expect(flashes(page)).toContainText(text);
  await expect(flashes(page)).toHaveAttribute('data-flash', level);
  await page.reload();
  await expect(page.locator('main')).toBeVisible();
  await expect(flashes(page)).toHaveCount(0);
}

/** Checks the error below a form's field, and that the field refers to it. */
export async function expectFieldError(page: Page, label: string, text: string | RegExp): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(text);
}
