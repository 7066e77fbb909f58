// Open tabs of the product: their ids, their streams, and what is pushed to them.

import { existsSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { test as base, expect } from './fixtures';
import { debugProgram } from './program';
import { Server } from './server';

/** The toasts that were pushed to this tab. */
export function pushed(page: Page): Locator {
  return page.locator('[data-live-toasts] [data-flash]');
}

/** Waits until the tab has its id, and returns it. */
export async function tabOf(page: Page): Promise<string> {
  await expect(page.locator('html')).toHaveAttribute('data-tab', /.{8}/);
  return (await page.locator('html').getAttribute('data-tab')) ?? '';
}

export async function sessionOf(page: Page): Promise<string> {
  return (await page.locator('#live').getAttribute('data-session')) ?? '';
}

/** Sends a push by the page for developers. */
export async function push(sender: Page, query: Record<string, string>): Promise<void> {
  const answer = await sender.request.get(`/dev/push?${new URLSearchParams(query)}`);
  expect(answer.status()).toBe(200);
}

/** Waits until a push to exactly this tab arrives: then its stream is open. */
export async function expectConnected(page: Page): Promise<void> {
  const [tab, session] = [await tabOf(page), await sessionOf(page)];
  await expect(async () => {
    await push(page, { to: 'tab', session, tab, text: 'connected' });
    await expect(pushed(page).filter({ hasText: 'connected' }).first()).toBeAttached({ timeout: 500 });
  }).toPass();
  await page.evaluate(() => document.querySelector('[data-live-toasts]')?.replaceChildren());
}

// The page that sends pushes exists in a debug build only.
export const test = base.extend<object, { server: Server }>({
  server: [
    async ({ database, host }, use) => {
      const { binary, settings } = debugProgram();
      if (process.env.CI !== 'true') base.skip(!existsSync(binary), 'run `cargo build` for the debug build');
      const server = await Server.start(database, host, settings, binary);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
});

/** Another tab of the same browser. */
export async function anotherTab(page: Page, path = '/dashboard'): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(path);
  return tab;
}
