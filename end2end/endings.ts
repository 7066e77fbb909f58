// What is told to somebody whose log-in ended while they looked at a page: a test for each way in which it ends.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { type Person, anotherBrowser, arrive, seesOnce, somebody } from './people';
import type { Server } from './server';

export interface Scene {
  /** Whose log-in it is. */
  person: Person;
  /** Another browser, of a stranger. */
  other: Page;
  server: Server;
}

export interface Ending {
  what: string;
  end(scene: Scene): Promise<void>;
  told: string;
}

/** With their next click they are told why, and only then. */
export function eachIsToldSoOnce(endings: Ending[]): void {
  for (const { what, end, told } of endings) {
    test(`${what} is told so once`, async ({ page, server }) => {
      const person = await arrive(page, somebody('Ende Gut'));
      await page.goto('/dashboard');
      await end({ person, other: await anotherBrowser(page), server });

      await page.getByRole('link', { name: 'Your devices' }).first().click();
      await expect(page).toHaveURL('/login');
      await seesOnce(page, 'warning', `You were signed out. ${told}`);
      await page.goto('/dashboard');
      await expect(page).toHaveURL('/login');
      await seesOnce(page, 'info', 'Please log in to go on.');
    });
  }
}
