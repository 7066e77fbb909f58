// The pages of the example, for the tests of all pages. Delete this file together with the example.

import { type Page, expect } from '@playwright/test';
import { post } from './users';
import { type PageEntry, at, long } from './page-entry';

export const pageEntries: PageEntry[] = [
  at('/notes', 'notes', 'member', { open: (page) => writeNote(page, 'Ropes', 'Two of hemp') }),
  at('/notes/new', 'new note', 'member'),
  at('/notes/{id}', 'edit note', 'member', {
    open: async (page) => {
      await writeNote(page, 'Ropes', 'Two of hemp');
      await page.getByRole('link', { name: /Ropes/ }).click();
      await expect(page.getByLabel('Title')).toBeVisible();
    },
  }),
];

export const states: PageEntry[] = [
  { name: 'notes without a note', who: 'member', open: (page) => page.goto('/notes') },
  { name: 'very long note', who: 'member', open: (page) => writeNote(page, long.repeat(2).slice(0, 120), long) },
];

async function writeNote(page: Page, title: string, body: string) {
  await post(page.request, '/notes/new', { title, body });
  await page.goto('/notes');
}
