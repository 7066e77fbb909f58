// Tests for each end reason of a session: the user sees the reason with the next click.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { type User, anotherBrowser, expectFlashOnce, newUser, signUpFast } from './users';
import type { Server } from './server';

export interface Scene {
  /** The user whose session ends. */
  user: User;
  /** Another browser, not logged in. */
  other: Page;
  server: Server;
}

export interface Ending {
  what: string;
  end(scene: Scene): Promise<void>;
  told: string;
}

/** The next click shows the reason, and later clicks do not. */
export function eachShowsItsReasonOnce(endings: Ending[]): void {
  for (const { what, end, told } of endings) {
    test(`${what} shows the user the reason once`, async ({ page, server }) => {
      const user = await signUpFast(page, newUser('Ende Gut'));
      await page.goto('/dashboard');
      await end({ user, other: await anotherBrowser(page), server });

      await page.getByRole('link', { name: 'Your devices' }).first().click();
      await expect(page).toHaveURL('/login');
      await expectFlashOnce(page, 'warning', `You were signed out. ${told}`);
      await page.goto('/dashboard');
      await expect(page).toHaveURL('/login');
      await expectFlashOnce(page, 'info', 'Please log in to go on.');
    });
  }
}
