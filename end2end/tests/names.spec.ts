// Names and titles that are hard to show, in every page, list and email that shows them.

import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { post } from '../forms';
import { expectFits } from '../layout';
import { newUser, signUpAdmin, verifyAddress } from '../users';

const NAMES = {
  'of 100 wide letters': 'W'.repeat(100),
  'of 100 combining marks': `a${'\u0301'.repeat(99)}`,
  'in Hebrew': 'שרה (Sarah) לוי 3',
  'of one emoji family': '👩‍👩‍👧‍👦',
  'of a flag': '🇫🇷',
};
const TITLE = 'Donaudampfschifffahrt'.repeat(6).slice(0, 120);
const EMAIL_WIDTHS = [360, 640];

for (const [kind, name] of Object.entries(NAMES)) {
  test(`a name ${kind} and a title of one long word fit every page, list and email`, async ({ page, server }) => {
    test.setTimeout(180_000);
    const user = newUser(name);
    await signUpAdmin(page, server, user);
    await post(page.request, '/notes/new', { title: TITLE, body: TITLE });
    await verifyAddress(page, server, user);
    await post(page.request, '/account/password', { current_password: user.password, new_password: 'another teapot overboard' });

    await page.goto(`/admin/users?q=${encodeURIComponent(user.email)}`);
    const details = await page.locator('tbody a').first().getAttribute('href');
    for (const path of ['/dashboard', '/account', '/account/devices', '/notes', '/admin', '/admin/sessions', '/admin/jobs', '/admin/activity', '/admin/audit']) {
      await page.goto(path);
      await expectNameFits(page, path);
    }
    await page.goto(`/admin/users?q=${encodeURIComponent(user.email)}`);
    await expectNameFits(page, 'the list of users');
    await page.goto(details ?? '');
    await expectNameFits(page, 'details of the user');
    await page.getByLabel('Your menu').click();
    await expectNameFits(page, 'the menu');

    await server.mailbox.last(user.email, /Your password was changed/);
    for (const { subject, html } of server.mailbox.to(user.email)) {
      await page.goto('about:blank');
      await page.setContent(html);
      for (const width of EMAIL_WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect.soft(wide, `${subject} at ${width} pixels`).toBeLessThanOrEqual(0);
      }
    }
  });
}

/** The page fits, shows names in their own direction, and marks stay in their line. */
async function expectNameFits(page: Page, where: string): Promise<void> {
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
