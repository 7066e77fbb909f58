// Double clicks on the product's forms.

import type { Page } from '@playwright/test';
import { type Case, type Scene, eachTakesEffectOnce, expectOneDevice, expectOneEmail } from '../double-click';
import { expect } from '../fixtures';
import { clearFlashes, fillIn, post } from '../forms';
import { linkOf } from '../mailbox';
import { anotherBrowser, ask, logInFast, logOutFast, signUp } from '../users';

const NEW_PASSWORD = 'another teapot overboard';

/** Opens the link of the last email with this subject, and returns the button of its page. */
async function openLink(scene: Scene, subject: RegExp, fields: Record<string, string>, button: string) {
  const { page, user, server } = scene;
  await clearFlashes(page);
  return fillIn(page, linkOf(await server.mailbox.last(user.email, subject)), fields, button);
}

async function openDevices({ page, user }: Scene): Promise<Page> {
  await logInFast(await anotherBrowser(page), user);
  await page.goto('/account/devices');
  return page;
}

const accounts: Record<string, Case> = {
  'sign up': {
    who: 'new',
    open: ({ page, user }) =>
      fillIn(page, '/signup', { Name: user.name, Email: user.email, Password: user.password }, 'Sign up'),
    leadsTo: '/signup/sent',
    shows: [],
    landing: (page) => expect(page.getByText('We sent an email to')).toBeVisible(),
    isLoggedOut: true,
    after: (scene) => expectOneEmail(scene, /./),
  },
  'confirm the address': {
    who: 'new',
    open: async (scene) => {
      await signUp(scene.page, scene.user);
      await expect(scene.page).toHaveURL('/signup/sent');
      return openLink(scene, /Confirm/, { 'Password of the account': scene.user.password }, 'Confirm address');
    },
    leadsTo: '/dashboard',
    shows: [['success', 'Your address is confirmed.'], ['success', 'Welcome, ']],
  },
  'send the confirmation email again': {
    open: ({ page }) => fillIn(page, '/verify', {}, 'Send it again'),
    leadsTo: '/verify',
    shows: [['success', 'We sent an email to']],
  },
  'save the profile': {
    open: ({ page }) => fillIn(page, '/account', { Name: 'Robin of the Double Click' }, 'Save'),
    leadsTo: '/account',
    shows: [['success', 'Your profile is saved.']],
  },
  'ask for another email address': {
    who: 'verified',
    open: ({ page, other }) => fillIn(page, '/account/email', { Email: other.email }, 'Change email'),
    leadsTo: '/account',
    shows: [['info', 'We sent an email to robin-']],
  },
  'confirm another email address': {
    who: 'verified',
    open: async (scene) => {
      await post(scene.page.request, '/account/email', { email: scene.other.email });
      return openLink({ ...scene, user: scene.other }, /Confirm your new address/, {}, 'Use this address');
    },
    leadsTo: '/account',
    shows: [['success', 'Your email address was changed. Your other devices were logged out.']],
    after: (scene) => expectOneEmail(scene, /was changed/),
  },
  'delete the account': {
    open: ({ page }) => fillIn(page, '/account/delete', {}, 'Delete my account'),
    leadsTo: '/',
    shows: [['success', 'Your account will be deleted on']],
    isLoggedOut: true,
  },
  'keep the account': {
    open: async ({ page, user }) => {
      await post(page.request, '/account/delete');
      await logInFast(page, user);
      return fillIn(page, '/dashboard', {}, 'Keep my account');
    },
    leadsTo: '/account',
    shows: [['success', 'Your account will not be deleted.']],
  },
};

const passwords: Record<string, Case> = {
  'type the password again': {
    open: ({ page, user }) => fillIn(page, '/reauthenticate', { Password: user.password }, 'Continue'),
    leadsTo: '/account',
    shows: [['success', 'Password confirmed. Nothing was changed yet']],
    after: expectOneDevice,
  },
  'change the password': {
    open: ({ page, user }) => {
      const fields = { 'Current password': user.password, 'New password': NEW_PASSWORD };
      return fillIn(page, '/account/password', fields, 'Change password');
    },
    leadsTo: '/account/password',
    shows: [['success', 'Your password was changed.']],
    after: (scene) => expectOneEmail(scene, /password was changed/i),
  },
  'ask for a new password': {
    open: async ({ page, user }) => {
      await logOutFast(page);
      return fillIn(page, '/forgot', { Email: user.email }, 'Send the link');
    },
    leadsTo: '/login',
    shows: [['info', 'we sent it an email with a link.']],
    isLoggedOut: true,
    after: (scene) => expectOneEmail(scene, /A new password/),
  },
  'choose a new password': {
    open: async (scene) => {
      await post(scene.page.request, '/forgot', { email: scene.user.email });
      return openLink(scene, /A new password/, { 'New password': NEW_PASSWORD }, 'Change password');
    },
    leadsTo: '/login',
    shows: [['success', 'Your password was changed. Log in with the new one.']],
    isLoggedOut: true,
    after: (scene) => expectOneEmail(scene, /Your password was changed/),
  },
};

const sessions: Record<string, Case> = {
  'log in': {
    open: async ({ page, user }) => {
      await logOutFast(page);
      return fillIn(page, '/login', { Email: user.email, Password: user.password }, 'Log in');
    },
    leadsTo: '/dashboard',
    shows: [['success', 'Welcome, ']],
    after: expectOneDevice,
  },
  'log out': {
    open: async ({ page }) => {
      await page.goto('/dashboard');
      await page.getByLabel('Your menu').click();
      return page.getByRole('button', { name: 'Log out', exact: true });
    },
    leadsTo: '/login',
    shows: [['info', 'You are logged out.']],
    isLoggedOut: true,
  },
  'log the other devices out': {
    open: async (scene) => ask(await openDevices(scene), 'Log out all other devices', 'Log them out'),
    leadsTo: '/account/devices',
    shows: [['success', 'One other device is logged out.']],
    after: expectOneDevice,
  },
  'log one other device out': {
    open: async (scene) => (await openDevices(scene)).getByRole('button', { name: /^Log out .* on / }),
    leadsTo: '/account/devices',
    shows: [['success', 'The device was logged out.']],
    after: expectOneDevice,
  },
};

eachTakesEffectOnce({ ...accounts, ...passwords, ...sessions });
