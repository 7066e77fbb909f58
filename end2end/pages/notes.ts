// Pages of the example.

import { type Page, expect } from '@playwright/test';
import { post } from '../forms';
import { type PageEntry, at, longName } from '../page-entry';

const longTitle = longName.repeat(2).slice(0, 120);

export const pages: PageEntry[] = [
  at('/notes', 'notes', 'member', { open: (page) => writeNote(page, 'Ropes', 'Two of hemp') }),
  at('/notes/new', 'new note', 'member', { hasIsland: true }),
  at('/notes/{id}', 'edit note', 'member', {
    hasIsland: true,
    open: async (page) => {
      await writeNote(page, 'Ropes', 'Two of hemp');
      await page.getByRole('link', { name: /Ropes/ }).click();
      await expect(page.getByLabel('Title')).toBeVisible();
    },
  }),
  { name: 'notes without a note', who: 'member', open: (page) => page.goto('/notes') },
  { name: 'very long note', who: 'member', open: (page) => writeNote(page, longTitle, longName) },
];

async function writeNote(page: Page, title: string, body: string) {
  await post(page.request, '/notes/new', { title, body });
  await page.goto('/notes');
}
