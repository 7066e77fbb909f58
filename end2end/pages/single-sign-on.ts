// Pages of single sign-on. Nothing listens at the address of the provider.

import type { Page } from '@playwright/test';
import { type PageEntry, at } from '../page-entry';
import { expireSudo } from '../reauthentication';
import { sql } from '../fixtures';
import type { Server } from '../server';
import type { User } from '../users';

/** Settings of the server that has these pages. */
export const settings = {
  OIDC_PROVIDERS: 'corp,github',
  OIDC_CORP_NAME: 'Corp',
  OIDC_CORP_ISSUER: 'http://127.0.0.1:9',
  OIDC_CORP_CLIENT_ID: 'product',
  OIDC_CORP_CLIENT_SECRET: 'a-secret-for-tests-of-single-sign-on',
  OIDC_GITHUB_CLIENT_ID: 'product',
  OIDC_GITHUB_CLIENT_SECRET: 'a-secret-for-tests-of-single-sign-on',
};

export const pages: PageEntry[] = [
  at('/login/with/{id}/callback', 'log-in with a provider that failed', 'anonymous', {
    open: (page) => page.goto('/login/with/corp/callback?code=1&state=2'),
  }),
  at('/account/sign-in-methods', 'log-in methods', 'verified', { open: linked }),
  { name: 'first password', who: 'verified', hasIsland: true, open: (page, user, server) => withoutPassword(page, user, server, '/account/password') },
  { name: 'confirm with a provider', who: 'verified', open: confirm },
];

/** As if a provider was linked. */
async function linked(page: Page, user: User, server: Server) {
  sql(
    server,
    `insert into identities (id, user_id, issuer, subject, email, created_at, last_used_at)
     select id, id, 'http://127.0.0.1:9', id, email, created_at, created_at from users where email = '${user.email}'`,
  );
  await page.goto('/account/sign-in-methods');
}

async function withoutPassword(page: Page, user: User, server: Server, path: string) {
  await linked(page, user, server);
  sql(server, `update users set password_hash = '' where email = '${user.email}'`);
  await page.goto(path);
}

async function confirm(page: Page, user: User, server: Server) {
  expireSudo(server);
  await withoutPassword(page, user, server, '/account/delete');
}
