// One screenshot of each page and look: target/screenshots/<desktop|phone>-<light|dark>/<who>-<page>.png

import { resolve } from 'node:path';
import { test } from './fixtures';
import { openEntry, pageEntries, states } from './pages';

const folder = resolve(__dirname, '../target/screenshots');
const looks = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { name: `phone-${colorScheme}`, colorScheme, size: { width: 390, height: 844 } },
  { name: `desktop-${colorScheme}`, colorScheme, size: { width: 1280, height: 800 } },
]);

for (const entry of [...pageEntries, ...states]) {
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
