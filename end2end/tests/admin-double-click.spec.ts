// Double clicks on the admins' buttons.

import { type Case, eachTakesEffectOnce } from '../double-click';
import { expect } from '../fixtures';
import { openUser } from '../pages/admin';
import { anotherBrowser, ask, signUpFast } from '../users';

/** A button on the page of another user; `asks` opens its question. */
function action(button: string, result: string, audit: string, asks?: string): Case {
  return {
    who: 'admin',
    open: async ({ page, other }) => {
      await openUser(page, await signUpFast(await anotherBrowser(page), other));
      if (asks) return ask(page, asks, button);
      await page.getByLabel('New password').fill('another teapot overboard');
      return page.getByRole('button', { name: button, exact: true });
    },
    leadsTo: /\/admin\/users/,
    shows: [['success', new RegExp(`Wilma Other ${result}`)]],
    after: async ({ page, other }) => {
      await page.goto(`/admin/audit?q=${other.email}`);
      await expect(page.getByRole('row').filter({ hasText: audit })).toHaveCount(1);
    },
  };
}

eachTakesEffectOnce({
  'make an admin': action('Make an admin', 'is an admin now.', 'made an admin', 'Make an admin'),
  'close an account': action('Disable it', 'is disabled.', 'disabled the account', 'Disable the account'),
  'revoke all sessions': action('Revoke all', 'is logged out everywhere.', 'revoked all', 'Revoke all sessions'),
  'delete an account': action('Delete permanently', 'is deleted.', 'deleted the account', 'Delete the account'),
  'set a password': action('Set the password', 'has a new password.', 'set the password'),
});
