// Tests for each end reason of a session: the user sees the reason with the next click.

import type { Page } from '@playwright/test';
import { expectFlashOnce } from './expectations';
import { expect, test } from './fixtures';
import type { Server } from './server';
import { type User, anotherBrowser, newUser, signUpFast } from './users';

export interface EndScene {
  /** The user whose session ends. */
  user: User;
  /** Another browser, not logged in. */
  other: Page;
  server: Server;
}

export interface EndReasonCase {
  what: string;
  end(scene: EndScene): Promise<unknown>;
  message: string;
}

/** The next click shows the reason, and later clicks do not. */
export function eachShowsItsReasonOnce(cases: EndReasonCase[]): void {
  for (const { what, end, message } of cases) {
    test(`${what} shows the user the reason once`, async ({ page, server }) => {
      const user = await signUpFast(page, newUser('Erin Ended'));
      await page.goto('/dashboard');
      await end({ user, other: await anotherBrowser(page), server });

      await page.getByRole('link', { name: 'Your devices' }).first().click();
      await expect(page).toHaveURL('/login');
      await expectFlashOnce(page, 'warning', `You were logged out. ${message}`);
      await page.goto('/dashboard');
      await expect(page).toHaveURL('/login');
      await expectFlashOnce(page, 'info', 'Please log in to continue.');
    });
  }
}
