// The page of all components, which only a debug build has.

import { existsSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { expectFits } from '../layout';
import { expectDialogs, problems } from '../page-checks';
import { debugProgram } from '../program';
import { Server } from '../server';

for (const theme of ['light', 'dark']) {
  test(`all components are accessible and fit every screen in the ${theme} theme`, async ({ page, database, host }) => {
    test.setTimeout(120_000);
    const { binary, settings } = debugProgram();
    if (process.env.CI !== 'true') test.skip(!existsSync(binary), 'run `cargo build` for the debug build');
    const server = await Server.start(database, host, settings, binary);
    try {
      await page.goto(`${server.url}/dev/components?theme=${theme}`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Components');
      await expectFits(page);
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect.soft(await problems(page), `${width} pixels`).toEqual([]);
      }
      await expectDialogs(page, new Set());
      await page.close(); // before its server stops
    } finally {
      await server.stop();
    }
  });
}
