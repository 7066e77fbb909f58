// The checks of each page: accessibility in both themes and at two sizes, width on a phone, and scripts.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { openEntry } from './page-entries';
import type { PageEntry } from './page-entry';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
const NARROWEST = { width: 360, height: 740 };
/** The only rules whose result depends on the theme. */
const THEME_RULES = ['color-contrast', 'link-in-text-block'];

export function checkPages(entries: PageEntry[]): void {
  for (const entry of entries) {
    const title = `${entry.name} is accessible, fits a phone and ${scriptsOf(entry)}`;
    test(title, async ({ page, server, consoleErrors }) => {
      const requested = recordScripts(page);
      await page.setViewportSize(NARROWEST);
      await openEntry(entry, page, server, consoleErrors);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(width, 'width of the page').toBeLessThanOrEqual(NARROWEST.width);
      for (const [name, size] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
        await page.setViewportSize(size);
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme });
          const rules = colorScheme === 'dark' ? THEME_RULES : undefined;
          expect.soft(await problems(page, rules), `${name}, ${colorScheme}`).toEqual([]);
        }
      }
      await expectScripts(page, entry, requested);
    });
  }
}

function scriptsOf({ hasIsland }: PageEntry): string {
  return hasIsland ? 'loads the script of its island' : 'has no script';
}

/** Returns the paths of the scripts that the current page requests. */
function recordScripts(page: Page): string[] {
  const requested: string[] = [];
  page.on('framenavigated', () => requested.splice(0));
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/\.(js|mjs|wasm)$/.test(pathname)) requested.push(pathname);
  });
  return requested;
}

async function expectScripts(page: Page, entry: PageEntry, requested: string[]): Promise<void> {
  if (entry.hasIsland) return expect.poll(() => requested.some((path) => path.endsWith('.wasm'))).toBe(true);
  // Speculation rules are in a script element too, but they do not run.
  await expect(page.locator('script:not([type="speculationrules"])')).toHaveCount(0);
  expect(requested).toEqual([]);
}

/** Returns what axe finds, by all rules or by some. */
async function problems(page: Page, rules?: string[]): Promise<string[]> {
  await animationsEnd(page);
  // The pages have no frames, so axe need not open another page for its report.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}\n    ${html}\n    ${any[0]?.message ?? ''}`),
  );
}

/** Waits until all animations have ended, since axe measures contrast. */
async function animationsEnd(page: Page): Promise<void> {
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
