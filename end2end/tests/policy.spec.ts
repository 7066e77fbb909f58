// The Content-Security-Policy of the pages: foreign code does not run, and a test would notice it.

import { expect, test } from '../fixtures';

test('a script that somebody put into a page does not run, and the test hears of it', async ({ page, complaints }) => {
  await page.goto('/');
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "It ran"';
    document.body.append(script);
    return document.title;
  });
  expect(ran).not.toBe('It ran');
  await expect.poll(() => complaints.take(/inline script .*Content Security Policy/)).toHaveLength(1);
});
