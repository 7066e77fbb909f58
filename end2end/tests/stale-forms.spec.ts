// Forms that were open too long: nothing is changed, the page links back, and the input is kept.

import type { Page } from '@playwright/test';
import { expect, needsSql, test } from '../fixtures';
import { arrive, enter, flashes, join, logIn, post, seesOnce, somebody } from '../people';

async function goesBack(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This form has expired');
  await page.getByRole('link', { name: 'Back to the form' }).click();
}

test('a form of an earlier log-in is refused, and what was typed comes back', async ({ page, complaints }) => {
  complaints.expectPage(403);
  const person = await arrive(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Zoë <of> Two Tabs');

  const tab = await page.context().newPage();
  await post(tab.request, '/logout');
  await enter(tab, person);

  await page.getByRole('button', { name: 'Save' }).click();
  await goesBack(page);
  await expect(page).toHaveURL('/account');
  await expect(page.getByLabel('Name')).toHaveValue('Zoë <of> Two Tabs');
  await tab.goto('/account');
  await expect(tab.getByLabel('Name')).toHaveValue(person.name);

  await page.getByRole('button', { name: 'Save' }).click();
  await seesOnce(page, 'success', 'Your profile is saved.');
  await expect(page.getByLabel('Name')).toHaveValue('Zoë <of> Two Tabs');
});

test('a form of somebody who logged out is not sent by the next person at the browser', async ({ page, complaints }) => {
  complaints.expectPage(403);
  await arrive(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Somebody Else');

  const tab = await page.context().newPage();
  await post(tab.request, '/logout');
  const next = await arrive(tab);

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This form has expired');
  await tab.goto('/dashboard');
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText(`Hello, ${next.name}`);
});

test('a log-in form sent after a log-in in another tab leads to the dashboard', async ({ page, complaints }) => {
  complaints.expectPage(403);
  const person = await arrive(page);
  await post(page.request, '/logout');
  await page.goto('/login');

  const tab = await page.context().newPage();
  await enter(tab, person);

  await logIn(page, person);
  await goesBack(page);
  await expect(page).toHaveURL('/dashboard');
});

test('a log-in form without its cookie gets a new one, and keeps the address', async ({ page, complaints }) => {
  complaints.expectPage(403);
  const person = await arrive(page);
  await page.context().clearCookies();
  await page.goto('/login');
  await page.context().clearCookies();
  await logIn(page, person);
  await goesBack(page);
  await expect(page).toHaveURL('/login');
  await expect(page.getByLabel('Email')).toHaveValue(person.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await logIn(page, person);
  await expect(page).toHaveURL('/dashboard');
});

test('what was typed in the evening is there after the log-in of the next morning', async ({ page, server }) => {
  needsSql(server);
  const person = await arrive(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Robin of the Evening');
  server.database.sql('update sessions set last_seen_at = 0');

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/login');
  await seesOnce(page, 'warning', 'You were signed out. You were away for too long.');
  await logIn(page, person);
  await expect(page).toHaveURL('/account');
  await expect(flashes(page)).toContainText('Welcome, ');
  await expect(page.getByLabel('Name')).toHaveValue('Robin of the Evening');

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Your profile is saved.')).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveValue('Robin of the Evening');
});

test('what was typed in the evening is not shown to somebody else in the morning', async ({ page, server }) => {
  needsSql(server);
  await arrive(page);
  await page.goto('/account');
  await page.getByLabel('Name').fill('Robin of the Evening');
  server.database.sql('update sessions set last_seen_at = 0');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/login');

  const next = somebody('Morgan Morning');
  await join(page, next);
  await expect(page).toHaveURL('/dashboard');
  await page.goto('/account');
  await expect(page.getByLabel('Name')).toHaveValue(next.name);
});
