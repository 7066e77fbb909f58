// Pages need a log-in unless they are public; the content of error pages.

import { expectFlashOnce } from '../expectations';
import { expect, test } from '../fixtures';
import { defaultPages } from '../page-entries';
import { signUpFast } from '../users';

const heading = { level: 1 } as const;

test('an unknown path gets a 404 page with a link to the front page', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(404);
  const answer = await page.goto('/nothing/here?at=all');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', heading)).toHaveText('Page not found');
  await page.getByRole('link', { name: 'Front page' }).click();
  await expect(page).toHaveURL('/');
});

test('a GET to a path that takes only forms gets a 405 page', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(405);
  await signUpFast(page);
  const answer = await page.goto('/account/devices/end');
  expect(answer?.status()).toBe(405);
  await expect(page.getByRole('heading', heading)).toHaveText('Method not allowed');
});

const closed = defaultPages.filter(({ who, path }) => who !== 'anonymous' && path !== undefined && !path.includes('{'));

test('a visitor without a log-in is sent from every page that is not public to the log-in page', async ({ page }) => {
  for (const { path = '' } of closed) {
    await page.goto(path);
    await expect(page, path).toHaveURL('/login');
  }
  await page.goto('/account');
  await expectFlashOnce(page, 'info', 'Please log in to continue.');
});

test('a form from another site is refused', async ({ page, consoleErrors, server }) => {
  consoleErrors.expectPage(403);
  const user = await signUpFast(page);
  const fields = '<input name="name" value="Gotcha"><button>Win</button>';
  const form = `<form method="post" action="${server.url}/account">${fields}`;
  await page.route('http://elsewhere.example/', (route) => route.fulfill({ contentType: 'text/html', body: form }));
  await page.goto('http://elsewhere.example/');
  await page.getByRole('button', { name: 'Win' }).click();
  await expect(page.getByRole('heading', heading)).toHaveText("You don't have access to this page");
  await page.goto('/account');
  await expect(page.getByLabel('Name')).toHaveValue(user.name);
});
