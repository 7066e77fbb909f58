// Every page, light and dark, on phone and desktop: axe finds no problems, and nothing overflows.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { openEntry, pageEntries, states } from '../pages';

const schemes = ['light', 'dark'] as const;
const sizes = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desktop', width: 1280, height: 800 },
];

for (const entry of [...pageEntries, ...states]) {
  test(`${entry.name}: axe finds nothing in any look`, async ({ page, server, consoleErrors }) => {
    await openEntry(entry, page, server, consoleErrors);
    for (const colorScheme of schemes) {
      for (const { name, ...size } of sizes) {
        await test.step(`${colorScheme}, ${name}`, async () => {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(size);
          await settled(page);
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.flatMap(({ id, help, nodes }) =>
            nodes.map(({ html, any }) => `${id}: ${help}\n    ${html}\n    ${any[0]?.message ?? ''}`),
          );
          expect.soft(found, `${colorScheme}, ${name}`).toEqual([]);
        });
      }
    }
  });

  test(`${entry.name}: fits a screen of 360 pixels`, async ({ page, server, consoleErrors }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await openEntry(entry, page, server, consoleErrors);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, 'the width of the page').toBeLessThanOrEqual(360);
  });
}

test('every page in the table of routes has an entry', () => {
  const table = readFileSync(resolve(__dirname, '../../tests/routes.txt'), 'utf8');
  const pages = [...table.matchAll(/^GET +(\S+)/gm)].map((line) => line[1] ?? '');
  expect(pages.length, 'pages found in tests/routes.txt').toBeGreaterThan(0);
  expect(pageEntries.map(({ path }) => path).toSorted()).toEqual(pages.toSorted());
});

/** Waits until all animations have ended, since axe measures contrast. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // On a slow machine an animation may not have started yet.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const isShort = (one: Animation) => Number(one.effect?.getComputedTiming().endTime) < 2000;
    // Animations in a closed menu never run.
    const isSeen = ({ effect }: Animation) => !(effect instanceof KeyframeEffect) || effect.target?.checkVisibility();
    const short = document.getAnimations().filter((one) => isShort(one) && isSeen(one));
    await Promise.allSettled(short.map((one) => one.finished));
  });
}
