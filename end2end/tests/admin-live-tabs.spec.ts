// Live tabs and admins: presence on the list of sessions, and what the tabs of a revoked session do.

import { expect } from '../fixtures';
import { anotherTab, expectConnected, tabOf, test } from '../live-tabs';
import { anotherBrowser, confirm, newUser, signUpAdmin, signUpFast } from '../users';

test('a reload keeps the id of a tab, a duplicate gets its own, and a closed tab is gone', async ({ page, server }) => {
  const admin = await anotherBrowser(page);
  await signUpAdmin(admin, server);
  const user = await signUpFast(page);
  await page.goto('/dashboard');
  const id = await tabOf(page);
  await page.reload();
  expect(await tabOf(page)).toBe(id);
  await page.goto('/account');
  expect(await tabOf(page)).toBe(id);

  const opened = page.waitForEvent('popup');
  await page.evaluate(() => window.open('/dashboard'));
  const duplicate = await opened;
  expect(await duplicate.evaluate(() => sessionStorage.length)).toBeGreaterThan(0); // a copy, as of a duplicated tab
  expect(await tabOf(duplicate)).not.toBe(id);
  await admin.goto(`/admin/sessions?q=${user.email}`);
  await expect(admin.getByText('2 open tabs')).toBeVisible();
  await duplicate.close();
  await expect(admin.getByText('1 open tab', { exact: true })).toBeVisible();
  expect(await tabOf(page)).toBe(id);
  await page.close();
  await expect(admin.getByText('open tab')).toHaveCount(0);
});

test('all tabs of a revoked session go to the log-in page at once, and lead back', async ({ page, server }) => {
  const user = await signUpFast(page, newUser('Robin'));
  await page.goto('/account?q=tea');
  const second = await anotherTab(page);
  for (const tab of [page, second]) await expectConnected(tab);
  const admin = await anotherBrowser(page);
  await signUpAdmin(admin, server);
  await admin.goto(`/admin/sessions?q=${user.email}`);
  await confirm(admin, 'Revoke', 'Revoke session');
  for (const tab of [second, page]) {
    await expect(tab).toHaveURL(/^[^?]*\/login\?ended=revoked/, { timeout: 3000 });
    await expect(tab.getByText('You were logged out. An administrator ended this log-in.')).toBeVisible();
  }
  await page.reload(); // of two tabs, the last one to come says where to return
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/account?q=tea');
});
