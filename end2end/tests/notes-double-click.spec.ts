// Double clicks on the forms of the example.

import { eachTakesEffectOnce } from '../double-click';
import { expect } from '../fixtures';
import { fillIn } from '../forms';

eachTakesEffectOnce({
  'save a new note': {
    open: ({ page }) => fillIn(page, '/notes/new', { Title: 'Ropes', Text: 'Two of hemp' }, 'Save'),
    leadsTo: '/notes',
    shows: [['success', 'The note is saved.']],
    after: async ({ page }) => {
      await page.goto('/notes');
      await expect(page.getByRole('link', { name: /Ropes/ })).toHaveCount(1);
    },
  },
});
