// The main feature: a session that is deleted in the database ends with the next click.

import { expectFlashOnce } from '../expectations';
import { expect, sql, test, withoutLiveTabs } from '../fixtures';
import { logIn, signUpFast } from '../users';

test.use({ settings: withoutLiveTabs });

test('a session row deleted in the database ends the session and is not restored', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.goto('/dashboard');

  const theirs = `user_id = (select id from users where email = '${user.email}')`;
  const sessions = () => sql(server, `select count(*) from sessions where ${theirs}`);
  expect(sessions()).toBe('1');
  sql(server, `delete from sessions where ${theirs}`);
  expect(sessions()).toBe('0');

  await page.getByRole('link', { name: 'Your devices' }).first().click();
  await expect(page).toHaveURL('/login');
  await expectFlashOnce(page, 'warning', 'You were logged out. Please log in again.');
  expect(sessions()).toBe('0');
  await page.goto('/dashboard');
  await expect(page).toHaveURL('/login');
  await logIn(page, user);
  await expect(page).toHaveURL('/dashboard');
});

test('a page from the back button is reloaded if its session has ended', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.goto('/account');
  // As the browser does for a page from its memory, which Playwright turns off.
  const goBack = () => page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  const checked = page.waitForResponse(/\/session\//);
  await goBack();
  expect((await checked).status()).toBe(204);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  sql(server, `delete from sessions where user_id = (select id from users where email = '${user.email}')`);
  const refused = page.waitForResponse(/\/session\//);
  await goBack();
  expect((await refused).status()).toBe(401);
  await expect(page).toHaveURL('/login');
});

test('a user deleted in the database is logged out at once', async ({ page, server }) => {
  const user = await signUpFast(page);
  await page.goto('/dashboard');
  sql(server, `delete from users where email = '${user.email}'`);
  await page.reload();
  await expect(page).toHaveURL('/login');
});
