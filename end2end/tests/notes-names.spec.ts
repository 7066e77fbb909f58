// Titles and names that are hard to show, on the pages of notes.

import { test } from '../fixtures';
import { post } from '../forms';
import { NAMES, TITLE, expectNameFits } from '../names';
import { newUser, signUpFast } from '../users';

for (const [kind, name] of Object.entries(NAMES)) {
  test(`a title of one long word and a name ${kind} fit the pages of notes`, async ({ page }) => {
    await signUpFast(page, newUser(name));
    await post(page.request, '/notes/new', { title: TITLE, body: TITLE });
    for (const path of ['/notes', '/dashboard']) {
      await page.goto(path);
      await expectNameFits(page, path);
    }
  });
}
