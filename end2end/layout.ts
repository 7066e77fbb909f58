// Measures whether a page fits: nothing is cut, outside of the screen or scrolls sideways.

import type { Page } from '@playwright/test';
import { expect } from './fixtures';

const WIDTHS = [320, 360, 768, 1280, 1920];
/** Of the text. The browser's setting changes the font size of the document. */
const SIZES = ['100%', '200%'];

/** Restores the size of the window. */
export async function expectFits(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const size of SIZES) {
    await page.evaluate((size) => (document.documentElement.style.fontSize = size), size);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      expect.soft(await misfits(page), `${width} pixels, text at ${size}`).toEqual([]);
    }
  }
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  if (before) await page.setViewportSize(before);
}

/** Returns the elements that do not fit. */
function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const found: string[] = [];
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide`);
    const scrolls = (element: Element | null): boolean =>
      element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const name = (element: Element) => element.outerHTML.slice(0, 120);
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('svg, .sr-only')) continue;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      const isControl = element.matches('button, input, select, textarea, a');
      if (box.width <= 1 || !(isText || isControl)) continue;
      if ((box.right > clientWidth + 1 || box.left < -1) && !scrolls(element.parentElement)) {
        found.push(`beyond the screen (${Math.round(box.left)} to ${Math.round(box.right)}): ${name(element)}`);
      }
      const cuts = style.overflowX !== 'visible' && style.textOverflow !== 'ellipsis' && !element.matches('input, select, textarea');
      if (cuts && element.scrollWidth > element.clientWidth + 1 && !/auto|scroll/.test(style.overflowX)) {
        found.push(`cut: ${name(element)}`);
      }
    }
    const dialog = document.querySelector('dialog:modal, [popover]:popover-open');
    if (dialog) {
      const { left, right, top, bottom } = dialog.getBoundingClientRect();
      const isInside = left >= 0 && right <= clientWidth + 1 && top >= 0 && bottom <= innerHeight + 1;
      if (!isInside) found.push(`the dialog is outside: ${[left, right, top, bottom].map(Math.round)}`);
    }
    return found;
  });
}
