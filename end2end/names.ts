// Names and titles that are hard to show.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { expectFits } from './layout';

export const NAMES = {
  'of 100 wide letters': 'W'.repeat(100),
  'of 100 combining marks': `a${'\u0301'.repeat(99)}`,
  'in Hebrew': 'שרה (Sarah) לוי 3',
  'of one emoji family': '👩‍👩‍👧‍👦',
  'of a flag': '🇫🇷',
};
export const TITLE = 'Donaudampfschifffahrt'.repeat(6).slice(0, 120);

/** The page fits, shows names in their own direction, and marks stay in their line. */
export async function expectNameFits(page: Page, where: string): Promise<void> {
  await test.step(where, async () => {
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectFits(page);
    const loose = await page.evaluate(() => {
      const found: string[] = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const hasMarks = /\p{M}{5}/u.test(text.textContent ?? '');
        const isHebrew = /\p{Script=Hebrew}/u.test(text.textContent ?? '');
        const isIn = (selector: string) => text?.parentElement?.closest(selector);
        if ((hasMarks || isHebrew) && !isIn('bdi, [dir="auto"], textarea, title')) found.push(text.parentElement?.outerHTML ?? '');
        if (hasMarks && !isIn('textarea, title')) {
          let box = text.parentElement;
          while (box && getComputedStyle(box).overflowY === 'visible') box = box.parentElement;
          if (!box || box === document.documentElement) found.push(`not clipped: ${text.parentElement?.outerHTML}`);
        }
      }
      return found;
    });
    expect.soft(loose, where).toEqual([]);
  });
}
