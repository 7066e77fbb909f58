// One screenshot of each page in each theme and size: target/screenshots/<phone|desktop>-<light|dark>/<who>-<page>.png

import { resolve } from 'node:path';
import { test } from './fixtures';
import { openEntry, pages } from './page-entries';
import { settings as singleSignOn } from './pages/single-sign-on';

// All pages, also those that are off by default.
test.use({ settings: { ...singleSignOn, API: 'true', MAGIC_LINKS: 'true' } });

const folder = resolve(__dirname, '../target/screenshots');
const looks = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { name: `phone-${colorScheme}`, colorScheme, size: { width: 390, height: 844 } },
  { name: `desktop-${colorScheme}`, colorScheme, size: { width: 1280, height: 800 } },
]);

for (const entry of pages) {
  test(`${entry.name}`, async ({ page, server, consoleErrors }) => {
    await openEntry(entry, page, server, consoleErrors);
    for (const { name, colorScheme, size } of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      const file = `${entry.who}-${entry.name.replaceAll(' ', '-')}.png`;
      await page.screenshot({ path: `${folder}/${name}/${file}`, fullPage: true, animations: 'disabled' });
    }
  });
}
