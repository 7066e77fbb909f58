// The checks of each page: accessibility in both themes and at two sizes, width on a phone, and scripts.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type axe from 'axe-core';
import { expect, test } from './fixtures';
import { expectFits } from './layout';
import { openEntry } from './page-entries';
import type { PageEntry } from './page-entry';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
/** The only rules whose result depends on the theme. */
const THEME_RULES = ['color-contrast', 'link-in-text-block'];
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export function checkPages(entries: PageEntry[]): void {
  for (const entry of entries) {
    const title = `${entry.name} is accessible, fits every screen and ${scriptsOf(entry)}`;
    test(title, async ({ page, server, consoleErrors }) => {
      test.setTimeout(120_000);
      const requested = recordScripts(page);
      await openEntry(entry, page, server, consoleErrors);
      await keepMessages(page);
      await expectFits(page);
      for (const [name, size] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
        await page.setViewportSize(size);
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme });
          const rules = colorScheme === 'dark' ? THEME_RULES : undefined;
          expect.soft(await problems(page, rules), `${name}, ${colorScheme}`).toEqual([]);
        }
      }
      await expectScripts(page, entry, requested);
      await expectDialogs(page);
    });
  }
}

/** Messages disappear after some seconds, unless one has the focus. */
async function keepMessages(page: Page): Promise<void> {
  const dismiss = page.getByRole('button', { name: 'Dismiss this message' });
  if (await dismiss.count()) await dismiss.first().focus();
}

/** The dialogs of one kind are the same on every page. */
const seenDialogs = new Set<string>();

/** Opens the menu and each kind of dialog: they fit every screen, are accessible, and Escape returns to the button. */
export async function expectDialogs(page: Page, seen = seenDialogs): Promise<void> {
  if (await page.locator('dialog:modal').count()) return; // opened by the entry, and checked with the page
  const openers = page.locator('button[command="show-modal"], button[popovertarget="user-menu"]');
  for (const opener of await openers.all()) {
    const text = (await opener.textContent()) ?? '';
    if (seen.has(text)) continue;
    seen.add(text);
    await opener.click();
    const opened = page.locator('dialog:modal, [popover]:popover-open');
    await expect(opened).toHaveCount(1);
    await expectFits(page);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect.soft(await problems(page), `“${text}” is accessible, ${colorScheme}`).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await expect(opened).toHaveCount(0);
    await expect.soft(opener).toBeFocused();
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
  await expect(page.locator('script:not([type="speculationrules"], #page-script, #live)')).toHaveCount(0);
  expect(requested.filter((path) => path !== '/live.js')).toEqual([]);
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** Returns what axe finds, by all rules or by some. */
export async function problems(page: Page, rules?: string[]): Promise<string[]> {
  await endAnimations(page);
  // Once per page: sending and compiling the source takes as long as a check.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (runOnly) => window.axe.run({ runOnly, resultTypes: ['violations'] }),
    rules,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}\n    ${html}\n    ${any[0]?.message ?? ''}`),
  );
}

/** Ends all animations, since axe measures contrast. To wait for them would take a third of the time of a check. */
async function endAnimations(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // On a slow machine an animation may not have started yet.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    // A longer one, as that of a message, is part of the page.
    const isShort = (one: Animation) => Number(one.effect?.getComputedTiming().endTime) < 2000;
    for (const one of document.getAnimations().filter(isShort)) one.finish();
  });
}
