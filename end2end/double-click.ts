// A slow network, and double clicks on buttons.

import type { Locator, Page } from '@playwright/test';

/** Times between the two clicks, in milliseconds. */
export const DELAYS = (process.env.CLICK_DELAYS ?? '0 100 300').split(' ').map(Number);

/** From now on each response takes this many milliseconds longer. */
export async function slowDown(page: Page, latency = 80): Promise<void> {
  const chromium = await page.context().newCDPSession(page);
  await chromium.send('Network.enable');
  const conditions = { offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 };
  await chromium.send('Network.emulateNetworkConditions', conditions);
}

/** Clicks a button twice, unless the page has changed after the first click. */
export async function clickTwice(button: Locator, delay: number): Promise<void> {
  await button.evaluate((element, delay) => {
    (element as HTMLElement).click();
    if (delay === 0) (element as HTMLElement).click();
    else setTimeout(() => (element as HTMLElement).click(), delay);
  }, delay);
}
