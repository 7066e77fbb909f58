// The main feature: a session that is deleted in the database ends with the next click.

import { expect, needsSql, test } from '../fixtures';
import { arrive, logIn, seesOnce } from '../people';

test('a row deleted by hand ends the session, and the browser brings nothing back', async ({ page, server }) => {
  needsSql(server);
  const person = await arrive(page);
  await page.goto('/dashboard');

  const theirs = `user_id = (select id from users where email = '${person.email}')`;
  const sessions = () => server.database.sql(`select count(*) from sessions where ${theirs}`);
  expect(sessions()).toBe('1');
  server.database.sql(`delete from sessions where ${theirs}`);
  expect(sessions()).toBe('0');

  await page.getByRole('link', { name: 'Your devices' }).first().click();
  await expect(page).toHaveURL('/login');
  await seesOnce(page, 'warning', 'You were signed out. Please log in again.');
  expect(sessions()).toBe('0');
  await page.goto('/dashboard');
  await expect(page).toHaveURL('/login');
  await logIn(page, person);
  await expect(page).toHaveURL('/dashboard');
});

test('a user who is deleted by hand is out at once', async ({ page, server }) => {
  needsSql(server);
  const person = await arrive(page);
  await page.goto('/dashboard');
  server.database.sql(`delete from users where email = '${person.email}'`);
  await page.reload();
  await expect(page).toHaveURL('/login');
});
