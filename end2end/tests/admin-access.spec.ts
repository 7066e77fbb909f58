// The admin area is for admins only.

import { expect, test } from '../fixtures';
import { pages } from '../pages/admin';
import { signUpFast } from '../users';

const paths = pages.flatMap(({ path }) => (path && !path.includes('{') ? [path] : []));

test('a user who is not an admin is refused on every admin page', async ({ page, consoleErrors }) => {
  consoleErrors.expectPage(403);
  await signUpFast(page);
  for (const path of paths) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(403);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText("You don't have access to this page");
  }
  await page.getByRole('link', { name: 'Go to the dashboard' }).click();
  await expect(page).toHaveURL('/dashboard');
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0);
});
