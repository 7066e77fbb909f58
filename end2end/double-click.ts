// A line on which each answer takes its time, and buttons that are clicked twice on it.

import type { Locator, Page } from '@playwright/test';

/** How many milliseconds lie between the two clicks. */
export const DELAYS = (process.env.CLICK_DELAYS ?? '0 100 300').split(' ').map(Number);

/** From now on each answer takes so long to come. */
export async function slowLine(page: Page, latency = 80): Promise<void> {
  const chromium = await page.context().newCDPSession(page);
  await chromium.send('Network.enable');
  const conditions = { offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 };
  await chromium.send('Network.emulateNetworkConditions', conditions);
}

/** Clicks a button twice, unless the page with it has gone by then. */
export async function clickTwice(button: Locator, delay: number): Promise<void> {
  await button.evaluate((element, delay) => {
    (element as HTMLElement).click();
    if (delay === 0) (element as HTMLElement).click();
    else setTimeout(() => (element as HTMLElement).click(), delay);
  }, delay);
}
