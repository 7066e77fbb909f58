// An admin's help for a user who lost their phone.

import { removeAsAdmin } from '../admin';
import { expect, test } from '../fixtures';
import { anotherBrowser, arrive, arriveAsAdmin, logIn, seesOnce } from '../people';
import { turnOn } from '../two-factor';

test('an admin removes it for somebody who lost their phone', async ({ page, server }) => {
  const theirs = await anotherBrowser(page);
  const person = await arrive(theirs);
  await turnOn(theirs);
  await arriveAsAdmin(page, server);
  await removeAsAdmin(page, person);
  await seesOnce(page, 'success', /has no two-factor log-in any more/);
  await theirs.goto('/dashboard');
  await expect(theirs).toHaveURL('/login');
  await seesOnce(theirs, 'warning', 'You were signed out. An administrator removed your two-factor log-in.');
  await logIn(theirs, person);
  await expect(theirs).toHaveURL('/dashboard');
});
