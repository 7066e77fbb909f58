// Live tabs: which tabs get a push, and what tabs do when their session ends or another browser logs in.

import { expect } from '../fixtures';
import { anotherTab, expectConnected, push, pushed, sessionOf, tabOf, test } from '../live-tabs';
import { anotherBrowser, logIn, logInFast, logOut, signUpFast } from '../users';

test('a push reaches exactly the tabs that it is for', async ({ page }) => {
  const user = await signUpFast(page);
  await page.goto('/dashboard');
  const second = await anotherTab(page);
  const elsewhere = await anotherBrowser(page);
  await logInFast(elsewhere, user);
  await elsewhere.goto('/dashboard');
  const stranger = await anotherBrowser(page);
  await signUpFast(stranger);
  await stranger.goto('/dashboard');
  const tabs = [page, second, elsewhere, stranger];
  for (const tab of tabs) await expectConnected(tab);

  const session = await sessionOf(page);
  for (const [name, query, expected] of [
    ['an instance', { to: 'tab', session, tab: await tabOf(second) }, [false, true, false, false]],
    ['a session', { to: 'session', session }, [true, true, false, false]],
    ['a user', { to: 'user' }, [true, true, true, false]],
    ['all users', { to: 'everyone' }, [true, true, true, true]],
  ] as const) {
    await push(page, { ...query, text: `to ${name}` });
    await push(page, { to: 'everyone', text: `after ${name}` });
    for (const [place, tab] of tabs.entries()) {
      await expect(pushed(tab).filter({ hasText: `after ${name}` })).toHaveCount(1);
      await expect(pushed(tab).filter({ hasText: `to ${name}` })).toHaveCount(expected[place] ? 1 : 0);
    }
  }
});

test('every kind of push works, and text is escaped', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/account/devices');
  await expectConnected(page);
  await push(page, { to: 'user', text: '<b>bold</b>' });
  await expect(pushed(page)).toContainText('<b>bold</b>');
  await push(page, { to: 'user', kind: 'replace', text: '<i>new</i>' });
  await expect(page.locator('[data-live="devices"]')).toHaveText('<i>new</i>');
  await push(page, { to: 'user', kind: 'refresh', text: 'devices' });
  await expect(page.locator('[data-live="devices"]')).toContainText('This device');
  const heard = page.evaluate(
    () => new Promise((heard) => addEventListener('tried', (event) => heard((event as CustomEvent).detail.text))),
  );
  await push(page, { to: 'user', kind: 'event', text: 'for islands' });
  expect(await heard).toBe('for islands');
  await page.evaluate(() => Object.assign(window, { isOld: true }));
  await push(page, { to: 'user', kind: 'reload' });
  await page.waitForFunction(() => !('isOld' in window));
  await expectConnected(page);
  await push(page, { to: 'user', kind: 'navigate', text: '/account?q=tea' });
  await expect(page).toHaveURL('/account?q=tea');
});

test('another tab takes over the stream when the one that holds it is closed', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/dashboard');
  await expectConnected(page);
  const second = await anotherTab(page);
  const third = await anotherTab(page);
  for (const tab of [second, third]) await expectConnected(tab);
  await page.close();
  for (const tab of [second, third]) await expectConnected(tab);
  await push(second, { to: 'user', text: 'to all that are left' });
  for (const tab of [second, third]) await expect(pushed(tab).filter({ hasText: 'to all that are left' })).toHaveCount(1);
});

test('a page of an earlier user gets nothing of the next one', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/account/devices');
  await expectConnected(page);
  const next = await signUpFast(await anotherBrowser(page));
  await page.evaluate(() => {
    addEventListener('pagehide', () => {
      sessionStorage.setItem('shown', String(document.querySelectorAll('[data-live-toasts] [data-flash]').length));
    });
  });
  await logInFast(page, next);
  await push(page, { to: 'user', text: 'to the next user' });
  // The page of the earlier user leaves: the log-in page leads to the next user's own page.
  await page.waitForFunction(() => sessionStorage.getItem('shown') === '0');
});

test('a log-in in the tab of an earlier user shows no toast about itself', async ({ page }) => {
  await signUpFast(page);
  const next = await signUpFast(await anotherBrowser(page));
  await page.goto('/dashboard');
  await expectConnected(page);
  await logOut(page);
  await expect(page).toHaveURL('/login');
  await logIn(page, next);
  await expect(page).toHaveURL('/dashboard');
  await push(page, { to: 'user', text: 'after the log-in' });
  // It comes after all that is replayed.
  await expect(pushed(page).filter({ hasText: 'after the log-in' })).toHaveCount(1);
  await expect(pushed(page).filter({ hasText: 'has just logged in' })).toHaveCount(0);
});

test('a tab whose first page came from a process with a clock ahead gets what is new', async ({ page }) => {
  await signUpFast(page);
  await page.route('/dashboard', async (route) => {
    const answer = await route.fetch();
    const inAYear = Date.now() + 365 * 86_400_000;
    const since = `${inAYear.toString(16).padStart(12, '0').replace(/^.{8}/, '$&-')}-7000-8000-000000000000`;
    const body = (await answer.text()).replace(/data-since="[^"]*"/, `data-since="${since}"`);
    await route.fulfill({ response: answer, body });
  });
  await page.goto('/dashboard');
  expect(await page.locator('#live').getAttribute('data-since')).toMatch(/-7000-8000-0{12}$/);
  await expectConnected(page);
});

test('the list of devices changes, and a toast appears, when a new browser logs in', async ({ page }) => {
  const user = await signUpFast(page);
  await page.goto('/account/devices');
  await expectConnected(page);
  await expect(page.locator('[data-row]')).toHaveCount(1);
  const elsewhere = await anotherBrowser(page);
  await logInFast(elsewhere, user);
  await expect(pushed(page)).toContainText('has just logged in to your account.');
  await expect(page.locator('[data-live="devices"] [data-row]')).toHaveCount(2);
  await elsewhere.goto('/dashboard');
  await expectConnected(elsewhere);
  await page.bringToFront();
  await page.getByRole('button', { name: /^Log out / }).first().click();
  await expect(elsewhere).toHaveURL(/\/login\?ended=ended/, { timeout: 3000 });
});

test('a tab comes back after a restart, and is told once of a new build', async ({ page, server, consoleErrors }) => {
  await signUpFast(page);
  await page.goto('/dashboard');
  await expectConnected(page);
  await page.locator('#live').evaluate((script) => Object.assign(script, { isOld: true }));
  await server.restart();
  await expectConnected(page);
  expect(await page.locator('#live').evaluate((script) => 'isOld' in script)).toBe(true);
  await expect(pushed(page).filter({ hasText: 'new version' })).toHaveCount(0);
  // The page is of another build, as after a deployment.
  await page.route('/dashboard', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace(/data-build="[^"]*"/, 'data-build="old"') });
  });
  await page.reload();
  await expect(pushed(page).filter({ hasText: 'A new version is available.' })).toHaveCount(1);
  await server.restart();
  await expectConnected(page);
  await expect(pushed(page).filter({ hasText: 'A new version is available.' })).toHaveCount(0);
  consoleErrors.take(/ERR_/);
});

test('a form that is marked once is sent once, however often the button is pressed', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/account');
  await tabOf(page);
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url());
  });
  await page.locator('main form').first().evaluate((form: HTMLFormElement) => {
    form.dataset.submit = 'once';
    for (let press = 0; press < 3; press++) form.requestSubmit();
  });
  await expect(page.getByText('Your profile is saved.')).toBeVisible();
  expect(posts).toHaveLength(1);
});
