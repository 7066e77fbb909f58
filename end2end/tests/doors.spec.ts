// Pages need a log-in unless they are public; the content of error pages.

import { expect, test } from '../fixtures';
import { arrive, seesOnce } from '../people';
import { places } from '../site';

const heading = { level: 1 } as const;

test('an address where nothing is gets a page that leads back', async ({ page, complaints }) => {
  complaints.expectPage(404);
  const answer = await page.goto('/nothing/here?at=all');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', heading)).toHaveText('Page not found');
  await page.getByRole('link', { name: 'Front page' }).click();
  await expect(page).toHaveURL('/');
});

test('an address that only takes forms says so', async ({ page, complaints }) => {
  complaints.expectPage(405);
  await arrive(page);
  const answer = await page.goto('/account/devices/end');
  expect(answer?.status()).toBe(405);
  await expect(page.getByRole('heading', heading)).toHaveText('Method not allowed');
});

const closed = places.filter(({ who, path }) => who !== 'stranger' && path !== undefined && !path.includes('{'));

test('a stranger gets none of the closed pages, and after the log-in page is asked to log in', async ({ page }) => {
  for (const { path = '' } of closed) {
    await page.goto(path);
    await expect(page, path).toHaveURL('/login');
  }
  await page.goto('/account');
  await seesOnce(page, 'info', 'Please log in to go on.');
});

for (const { path = '' } of closed.filter(({ who }) => who === 'admin')) {
  test(`a plain user is refused at ${path}`, async ({ page, complaints }) => {
    complaints.expectPage(403);
    await arrive(page);
    await expect(page.goto(path).then((answer) => answer?.status())).resolves.toBe(403);
    await expect(page.getByRole('heading', heading)).toHaveText("You don't have access to this page");
    await page.getByRole('link', { name: 'Go to the dashboard' }).click();
    await expect(page).toHaveURL('/dashboard');
    await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0);
  });
}

test('a form that another site sends is refused', async ({ page, complaints, server }) => {
  complaints.expectPage(403);
  const person = await arrive(page);
  const form = `<form method="post" action="${server.url}/account"><input name="name" value="Gotcha"><button>Win</button>`;
  await page.route('http://elsewhere.example/', (route) => route.fulfill({ contentType: 'text/html', body: form }));
  await page.goto('http://elsewhere.example/');
  await page.getByRole('button', { name: 'Win' }).click();
  await expect(page.getByRole('heading', heading)).toHaveText("You don't have access to this page");
  await page.goto('/account');
  await expect(page.getByLabel('Name')).toHaveValue(person.name);
});
