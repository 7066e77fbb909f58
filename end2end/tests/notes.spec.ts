// The example: the user's own notes.

import { expectFieldError, expectFlashOnce } from '../expectations';
import { expect, test } from '../fixtures';
import { post } from '../forms';
import { confirm, signUpFast } from '../users';

test('a user creates, changes and deletes a note', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/notes');
  await expect(page.getByText('You have no notes')).toBeVisible();

  await page.getByRole('link', { name: 'Write a note' }).click();
  await page.getByLabel('Title').fill('Ropes');
  await page.getByLabel('Text').fill('\nTwo of hemp\n<b>one</b> of steel & "wire"');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/notes');
  await expectFlashOnce(page, 'success', 'The note is saved.');

  await page.getByRole('link', { name: /Ropes/ }).click();
  await expect(page.getByLabel('Text')).toHaveValue('\nTwo of hemp\n<b>one</b> of steel & "wire"');
  await page.getByLabel('Title').fill('Ropes and wires');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectFlashOnce(page, 'success', 'The note is saved.');

  await page.getByRole('link', { name: /Ropes and wires/ }).click();
  await confirm(page, 'Delete', 'Delete the note');
  await expect(page).toHaveURL('/notes');
  await expectFlashOnce(page, 'success', 'The note is deleted.');
  await expect(page.getByText('You have no notes')).toBeVisible();
});

test('a note without a title is refused and keeps its text', async ({ page }) => {
  await signUpFast(page);
  await page.goto('/notes/new');
  await page.getByLabel('Title').fill('   ');
  await page.getByLabel('Text').fill('What I had in mind');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL('/notes/new');
  await expectFieldError(page, 'Title', 'Please fill this in.');
  await expect(page.getByLabel('Text')).toHaveValue('What I had in mind');
});

test('a refused change keeps the input until a reload', async ({ page }) => {
  await signUpFast(page);
  await post(page.request, '/notes/new', { title: 'Anchor', body: 'Heavy' });
  await page.goto('/notes');
  await page.getByRole('link', { name: /Anchor/ }).click();
  await page.getByLabel('Title').fill('   ');
  await page.getByLabel('Text').fill('Heavier');
  await page.getByRole('button', { name: 'Save' }).click();
  await expectFieldError(page, 'Title', 'Please fill this in.');
  await expect(page.getByLabel('Text')).toHaveValue('Heavier');
  await page.reload();
  await expect(page.getByLabel('Title')).toHaveValue('Anchor');
  await expect(page.getByLabel('Text')).toHaveValue('Heavy');
});

test('a note of another user is not found', async ({ page, consoleErrors }) => {
  await signUpFast(page);
  await post(page.request, '/notes/new', { title: 'Diary', body: 'Secret' });
  await page.goto('/notes');
  await page.getByRole('link', { name: /Diary/ }).click();
  await expect(page.getByLabel('Title')).toHaveValue('Diary');
  const address = page.url();

  await page.context().clearCookies();
  await signUpFast(page);
  consoleErrors.expectPage(404);
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
});
