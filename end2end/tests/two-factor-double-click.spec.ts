// Double clicks on the forms of two-factor log-in.

import type { Page } from '@playwright/test';
import { codeOf } from '../authenticator';
import { eachTakesEffectOnce } from '../double-click';
import { expect, test, withoutLiveTabs } from '../fixtures';
import { fillIn } from '../forms';
import { beginSetUp, logInUntilCode, turnOnTwoFactor } from '../two-factor';
import { ask } from '../users';

test.use({ settings: withoutLiveTabs });

async function expectTenCodes(page: Page): Promise<void> {
  await expect(page.locator('[data-recovery-code]')).toHaveCount(10);
}

eachTakesEffectOnce({
  'turn two-factor log-in on': {
    who: 'verified',
    open: async ({ page }) => {
      await page.getByLabel('Code', { exact: true }).fill(codeOf(await beginSetUp(page)));
      return page.getByRole('button', { name: 'Turn it on' });
    },
    leadsTo: '/account/two-factor/recovery-codes',
    landing: expectTenCodes,
    shows: [['success', 'Two-factor log-in is on.']],
  },
  'make new recovery codes': {
    who: 'verified',
    open: async ({ page }) => {
      await turnOnTwoFactor(page);
      return fillIn(page, '/account/two-factor', {}, 'Create new recovery codes');
    },
    leadsTo: '/account/two-factor/recovery-codes',
    landing: expectTenCodes,
    shows: [['success', 'You have new recovery codes.']],
  },
  'turn two-factor log-in off': {
    who: 'verified',
    open: async ({ page }) => {
      await turnOnTwoFactor(page);
      await page.goto('/account/two-factor');
      return ask(page, 'Turn it off', 'Turn off two-factor log-in');
    },
    leadsTo: '/account/two-factor',
    shows: [['success', 'Two-factor log-in is off.']],
  },
  'log in with a code': {
    who: 'verified',
    open: async ({ page, user }) => {
      const { secret } = await logInUntilCode(page, user);
      await page.getByLabel('Code', { exact: true }).fill(codeOf(secret, 1));
      return page.getByRole('button', { name: 'Log in' });
    },
    leadsTo: '/dashboard',
    shows: [['success', 'Welcome, ']],
  },
  'log in with a recovery code': {
    who: 'verified',
    open: async ({ page, user }) => {
      const { recoveryCode } = await logInUntilCode(page, user);
      return fillIn(page, '/login/recovery', { 'Recovery code': recoveryCode }, 'Log in');
    },
    leadsTo: '/dashboard',
    shows: [['success', 'Welcome, '], ['warning', 'Codes left: 9.']],
  },
});
