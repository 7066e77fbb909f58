// The Content-Security-Policy of the pages: foreign code does not run, and a test would notice it.

import { expect, test } from '../fixtures';

test('an injected script does not run and is reported in the console', async ({ page, consoleErrors }) => {
  await page.goto('/');
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "It ran"';
    document.body.append(script);
    return document.title;
  });
  expect(ran).not.toBe('It ran');
  await expect.poll(() => consoleErrors.take(/inline script .*Content Security Policy/)).toHaveLength(1);
});
