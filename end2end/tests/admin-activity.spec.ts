// The recently active users, as an admin sees them.

import type { Page } from '@playwright/test';
import { expect, sql, test } from '../fixtures';
import { clearFlashes, post } from '../forms';
import type { Server } from '../server';
import { anotherBrowser, logInFast, newUser, signUpAdmin, signUpFast } from '../users';

const HOUR = 3_600_000;

/** Moves all activity into the past. */
function moveActivityBack(server: Server, milliseconds: number): void {
  for (const table of ['sessions', 'ended_sessions']) {
    sql(server, `update ${table} set last_seen_at = last_seen_at - ${milliseconds}`);
  }
}

/** Moves all activity a month into the past, so that the lists hold only new activity. */
function clearActivity(server: Server): void {
  moveActivityBack(server, 30 * 24 * HOUR);
}

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ hasText: name });
}

test('an admin sees the active users and the number of their log-ins', async ({ page, server }) => {
  clearActivity(server);
  const theirs = await anotherBrowser(page);
  const user = await signUpFast(theirs, newUser('Lara Lately'));
  await logInFast(await anotherBrowser(page), user);
  const admin = await signUpAdmin(page, server, newUser('Ada Admin'));

  await page.goto('/admin');
  await page.getByRole('link', { name: 'Activity', exact: true }).click();
  await expect(page).toHaveURL('/admin/activity');
  await expect(page.getByRole('link', { name: '5 minutes' })).toHaveAttribute('aria-current', 'true');
  await expect(page.getByText('2 users', { exact: true })).toBeVisible();
  await expect(row(page, user.email).getByRole('cell').last()).toHaveText('2');
  await expect(row(page, admin.email).getByRole('cell').last()).toHaveText('1');

  await post(theirs.request, '/logout');
  await page.reload();
  await expect(row(page, user.email).getByRole('cell').last()).toHaveText('2');
  await page.getByRole('link', { name: 'Lara Lately' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Lara Lately');
});

test('an admin chooses how far back the list of active users goes', async ({ page, server }) => {
  clearActivity(server);
  const theirs = await anotherBrowser(page);
  const user = await signUpFast(theirs, newUser('Lara Lately'));
  await post(theirs.request, '/logout');
  await logInFast(theirs, user, { remember: 'true' });
  moveActivityBack(server, 2 * HOUR);
  await signUpAdmin(page, server);

  await page.goto('/admin/activity');
  for (const [window, people] of Object.entries({ '5 minutes': 1, hour: 1, day: 2, week: 2 })) {
    await page.getByRole('link', { name: window, exact: true }).click();
    await expect(page.getByRole('link', { name: window, exact: true })).toHaveAttribute('aria-current', 'true');
    await expect(page.locator('tbody').getByRole('row')).toHaveCount(people);
    await expect(row(page, user.email)).toHaveCount(people - 1);
  }
});

test('a background request does not count as activity', async ({ page, server }) => {
  clearActivity(server);
  const theirs = await anotherBrowser(page);
  const user = await signUpFast(theirs, newUser('Lara Lately'));
  moveActivityBack(server, HOUR / 4);
  await theirs.request.get('/dashboard', { headers: { accept: 'text/html', 'x-background': 'yes' } });
  await signUpAdmin(page, server);
  await page.goto('/admin/activity');
  await expect(page.locator('tbody').getByRole('row')).toHaveCount(1);

  await clearFlashes(theirs);
  await page.reload();
  await expect(row(page, user.email)).toHaveCount(1);
});
