// Pages of access tokens and of the API.

import { type Page, expect } from '@playwright/test';
import { post } from '../forms';
import { type PageEntry, at } from '../page-entry';

/** Setting of the server that has these pages. */
export const settings = { API: 'true' };
/** With these, clients of one's own log in, too. */
export const clientTokens = { ...settings, API_CLIENT_TOKENS: 'opaque', UNVERIFIED_MAY: 'everything' };

export const pages: PageEntry[] = [
  at('/api/docs', 'the API', 'anonymous'),
  at('/account/tokens', 'access tokens', 'verified', { open: createToken }),
  { name: 'no access tokens', who: 'member', open: (page) => page.goto('/account/tokens') },
];

async function createToken(page: Page) {
  await post(page.request, '/account/tokens/create', { name: 'Backup script', scopes: 'read write', days: '30' });
  await page.goto('/account/tokens');
  await expect(page.getByText('not shown again')).toBeVisible();
}
