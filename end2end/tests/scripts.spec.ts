// The scripts that a page loads and runs: none, unless it has an island.

import { expect, test } from '../fixtures';
import { openEntry, pageEntries, states } from '../pages';

for (const entry of [...pageEntries, ...states]) {
  const what = entry.hasIsland ? 'loads the script of its island' : 'has no script and loads none';
  test(`${entry.name}: ${what}`, async ({ page, server, consoleErrors }) => {
    const files: string[] = [];
    page.on('framenavigated', () => files.splice(0));
    page.on('request', (request) => files.push(new URL(request.url()).pathname));
    await openEntry(entry, page, server, consoleErrors);
    // Speculation rules are in a script element too, but they do not run.
    const scripts = page.locator('script:not([type="speculationrules"])');
    const loaded = () => files.filter((path) => /\.(js|mjs|wasm)$/.test(path));
    if (entry.hasIsland) {
      await expect.poll(() => loaded().some((path) => path.endsWith('.wasm'))).toBe(true);
      return;
    }
    await page.waitForLoadState('networkidle');
    await expect(scripts).toHaveCount(0);
    expect(loaded()).toEqual([]);
  });
}
