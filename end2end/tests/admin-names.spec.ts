// Names that are hard to show, in every page, list and email that shows them.

import { expect, test } from '../fixtures';
import { post } from '../forms';
import { NAMES, expectNameFits } from '../names';
import { newUser, signUpAdmin, verifyAddress } from '../users';

const EMAIL_WIDTHS = [360, 640];

for (const [kind, name] of Object.entries(NAMES)) {
  test(`a name ${kind} fits every page, list and email`, async ({ page, server }) => {
    test.setTimeout(180_000);
    const user = newUser(name);
    await signUpAdmin(page, server, user);
    await verifyAddress(page, server, user);
    await post(page.request, '/account/password', { current_password: user.password, new_password: 'another teapot overboard' });

    await page.goto(`/admin/users?q=${encodeURIComponent(user.email)}`);
    const details = await page.locator('tbody a').first().getAttribute('href');
    for (const path of ['/dashboard', '/account', '/account/devices', '/admin', '/admin/sessions', '/admin/jobs', '/admin/activity', '/admin/audit']) {
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
