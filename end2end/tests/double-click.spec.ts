// Double clicks over a slow network, on the product's forms. The browser drops the first response, so the second one
// must be complete: the user stays logged in, sees each message, and creates only one item.

import type { Locator, Page } from '@playwright/test';
import { clickTwice, DELAYS, slowDown } from '../double-click';
import { expect, test } from '../fixtures';
import { linkOf } from '../mailbox';
import {
  type Level,
  type User,
  anotherBrowser,
  clearFlashes,
  expectFlashOnce,
  flashes,
  logIn,
  logInFast,
  newUser,
  post,
  signUp,
  signUpFast,
} from '../users';
import type { Server } from '../server';
import { beginSetUp, codeOf, logInUntilCode, turnOnTwoFactor } from '../two-factor';

interface Case {
  name: string;
  /** Opens the page and returns the button. */
  open: (page: Page, user: User, server: Server) => Promise<Locator>;
  /** Address and message after both clicks. */
  url: string | RegExp;
  says: [Level, string | RegExp];
  /** Number of messages, if more than one. */
  messages?: number;
  isLoggedIn?: boolean;
  /** Checks that only one item exists afterwards. */
  made?: (page: Page, user: User, server: Server) => Promise<void>;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Checks that there is only one email to this address with this subject. */
async function oneMail(server: Server, email: string, subject: RegExp): Promise<void> {
  await server.mailbox.last(email, subject);
  expect(server.mailbox.to(email).filter((mail) => subject.test(mail.subject))).toHaveLength(1);
}

async function devices(page: Page, count: number): Promise<void> {
  await page.goto('/account/devices');
  await expect(page.locator('[data-session]')).toHaveCount(count);
}

async function openLogIn(page: Page, user: User): Promise<Locator> {
  await post(page.request, '/logout');
  await clearFlashes(page);
  await page.goto('/login');
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  return button(page, 'Log in');
}

const cases: Case[] = [
  {
    name: 'log in',
    open: openLogIn,
    url: '/dashboard',
    says: ['success', /^.*Welcome, /],
    made: (page) => devices(page, 1),
  },
  {
    name: 'log out',
    open: async (page) => {
      await page.goto('/dashboard');
      await page.getByLabel('Your menu').click();
      return button(page, 'Log out');
    },
    url: '/login',
    says: ['info', 'You are logged out.'],
    isLoggedIn: false,
  },
  {
    name: 'type the password again',
    open: async (page, user) => {
      await page.goto('/reauthenticate');
      await page.getByLabel('Password', { exact: true }).fill(user.password);
      return button(page, 'Go on');
    },
    url: '/account',
    says: ['success', 'Thank you. Nothing was changed yet'],
    made: (page) => devices(page, 1),
  },
  {
    name: 'save the profile',
    open: async (page) => {
      await page.goto('/account');
      await page.getByLabel('Name').fill('Robin of the Double Click');
      return button(page, 'Save');
    },
    url: '/account',
    says: ['success', 'Your profile is saved.'],
  },
  {
    name: 'change the password',
    open: async (page, user) => {
      await page.goto('/account/password');
      await page.getByLabel('Current password').fill(user.password);
      await page.getByLabel('New password').fill('another teapot overboard');
      return button(page, 'Change password');
    },
    url: '/account/password',
    says: ['success', 'Your password is changed.'],
    made: (_page, user, server) => oneMail(server, user.email, /password was changed/i),
  },
  {
    name: 'turn two-factor log-in off',
    open: async (page) => {
      await turnOnTwoFactor(page);
      await page.goto('/account/two-factor');
      await page.locator('summary', { hasText: 'Turn it off' }).click();
      return button(page, 'Turn it off for good');
    },
    url: '/account/two-factor',
    says: ['success', 'Two-factor log-in is off.'],
  },
  {
    name: 'send the confirmation email again',
    open: async (page) => {
      await page.goto('/verify');
      return button(page, 'Send it again');
    },
    url: '/verify',
    says: ['success', 'A mail is on its way to'],
  },
  {
    name: 'log the other devices out',
    open: async (page, user) => {
      await logInFast(await anotherBrowser(page), user);
      await page.goto('/account/devices');
      return button(page, 'Log out all other devices');
    },
    url: '/account/devices',
    says: ['success', 'One other device is logged out.'],
    made: (page) => devices(page, 1),
  },
  {
    name: 'log one other device out',
    open: async (page, user) => {
      await logInFast(await anotherBrowser(page), user);
      await page.goto('/account/devices');
      return page.getByRole('button', { name: /^Log out .* on / });
    },
    url: '/account/devices',
    says: ['success', 'That device is logged out.'],
    made: (page) => devices(page, 1),
  },
  {
    name: 'ask for another email address',
    open: async (page) => {
      await page.goto('/account/email');
      await page.getByLabel('Email').fill(`moved-${Date.now()}-${Math.random()}@example.com`);
      return button(page, 'Change email');
    },
    url: '/account',
    says: ['info', 'A mail is on its way to moved-'],
  },
  {
    name: 'confirm another email address',
    open: async (page, user, server) => {
      const { email } = newUser();
      // The owner of an unconfirmed old address gets no email.
      await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm your address/)));
      await button(page, 'Yes, it is mine').click();
      await clearFlashes(page);
      await post(page.request, '/account/email', { email });
      await clearFlashes(page);
      await page.goto(linkOf(await server.mailbox.last(email, /Confirm your new address/)));
      return button(page, 'Use this address');
    },
    url: '/account',
    says: ['success', 'Your address is changed. Your other devices are logged out.'],
    made: (_page, user, server) => oneMail(server, user.email, /was changed/),
  },
  {
    name: 'keep the account',
    open: async (page, user) => {
      await post(page.request, '/account/delete');
      await logInFast(page, user);
      await page.goto('/dashboard');
      return button(page, 'Keep my account');
    },
    url: '/account',
    says: ['success', 'Your account stays.'],
  },
  {
    name: 'ask for a new password',
    open: async (page, user) => {
      await post(page.request, '/logout');
      await clearFlashes(page);
      await page.goto('/forgot');
      await page.getByLabel('Email').fill(user.email);
      return button(page, 'Send the link');
    },
    url: '/login',
    says: ['info', 'a mail with a link is on its way to it.'],
    isLoggedIn: false,
    made: (_page, user, server) => oneMail(server, user.email, /A new password/),
  },
  {
    name: 'choose a new password',
    open: async (page, user, server) => {
      await post(page.request, '/forgot', { email: user.email });
      await clearFlashes(page);
      await page.goto(linkOf(await server.mailbox.last(user.email, /A new password/)));
      await page.getByLabel('New password').fill('another teapot overboard');
      return button(page, 'Change password');
    },
    url: '/login',
    says: ['success', 'Your password is changed. Log in with the new one.'],
    isLoggedIn: false,
    made: (_page, user, server) => oneMail(server, user.email, /Your password was changed/),
  },
  {
    name: 'ask for an email to log in with',
    open: async (page, user, server) => {
      await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm/)));
      await button(page, 'Yes, it is mine').click();
      await expect(page).toHaveURL('/dashboard');
      await post(page.request, '/logout');
      await clearFlashes(page);
      await page.goto('/login/mail');
      await page.getByLabel('Email').fill(user.email);
      return button(page, 'Send the mail');
    },
    url: '/login/mail',
    says: ['info', 'a mail is on its way to it.'],
    isLoggedIn: false,
    made: (_page, user, server) => oneMail(server, user.email, /Log in to/),
  },
  {
    name: 'log in with the link in an email',
    open: async (page, user, server) => {
      await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm/)));
      await button(page, 'Yes, it is mine').click();
      await expect(page).toHaveURL('/dashboard');
      await post(page.request, '/logout');
      await post(page.request, '/login/mail', { email: user.email });
      await clearFlashes(page);
      await page.goto(linkOf(await server.mailbox.last(user.email, /Log in to/)));
      return button(page, 'Log in');
    },
    url: '/dashboard',
    says: ['success', 'Welcome, '],
    made: (page) => devices(page, 1),
  },
  {
    name: 'log in with a recovery code',
    open: async (page, user) => {
      const { recoveryCode } = await turnOnTwoFactor(page);
      await post(page.request, '/logout');
      await clearFlashes(page);
      await page.goto('/login');
      await logIn(page, user);
      await page.getByRole('link', { name: 'Use a recovery code' }).click();
      await page.getByLabel('Recovery code').fill(recoveryCode);
      return button(page, 'Log in');
    },
    url: '/dashboard',
    says: ['success', 'Welcome, '],
    messages: 2,
    made: async (page) => {
      await page.goto('/account/two-factor');
      await expect(page.getByText('You have 9 recovery codes left.')).toBeVisible();
    },
  },
  {
    name: 'delete the account',
    open: async (page) => {
      await page.goto('/account/delete');
      return button(page, 'Delete my account');
    },
    url: '/',
    says: ['success', 'Your account will be deleted on'],
    isLoggedIn: false,
  },
];

for (const one of cases) {
  for (const delay of DELAYS) {
    test(`${one.name}, clicked twice within ${delay} ms, takes effect once`, async ({ page, server }) => {
      const user = await signUpFast(page);
      const twice = await one.open(page, user, server);
      await slowDown(page);
      await clickTwice(twice, delay);
      await expect(flashes(page)).toHaveCount(one.messages ?? 1);
      await expect(page).toHaveURL(one.url);
      if (one.messages === undefined) await expectFlashOnce(page, ...one.says);
      else await expect(flashes(page).first()).toContainText(one.says[1]);
      await page.goto('/account');
      await expect(page).toHaveURL(one.isLoggedIn === false ? '/login' : '/account');
      await one.made?.(page, user, server);
    });
  }
}

for (const delay of DELAYS) {
  test(`sign up, clicked twice within ${delay} ms, creates one account and sends one email`, async ({ page, server }) => {
    const user = newUser();
    await page.goto('/signup');
    await page.getByLabel('Name').fill(user.name);
    await page.getByLabel('Email').fill(user.email);
    await page.getByLabel('Password', { exact: true }).fill(user.password);
    await slowDown(page);
    await clickTwice(button(page, 'Sign up'), delay);
    await expect(page).toHaveURL('/login');
    await expect(page.getByLabel('Email')).toHaveValue(user.email);
    await expectFlashOnce(page, 'success', 'Welcome aboard.');
    await server.mailbox.last(user.email, /./);
    expect(server.mailbox.to(user.email)).toHaveLength(1);
  });

  test(`turn two-factor log-in on, clicked twice within ${delay} ms, shows the recovery codes`, async ({ page }) => {
    await signUpFast(page);
    const secret = await beginSetUp(page);
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret));
    await slowDown(page);
    await clickTwice(button(page, 'Turn it on'), delay);
    await expect(page).toHaveURL('/account/two-factor/recovery-codes');
    await expect(page.locator('[data-recovery-code]')).toHaveCount(10);
    await expect(flashes(page)).toContainText('Two-factor log-in is on.');

    await page.goto('/account/two-factor');
    await clickTwice(button(page, 'Make new recovery codes'), delay);
    await expect(page).toHaveURL('/account/two-factor/recovery-codes');
    await expect(page.locator('[data-recovery-code]')).toHaveCount(10);
    await page.reload();
    await expect(page).toHaveURL('/account/two-factor');
  });

  test(`log in with a code, clicked twice within ${delay} ms, logs in once`, async ({ page }) => {
    const { secret } = await logInUntilCode(page);
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret, 1));
    await slowDown(page);
    await clickTwice(button(page, 'Log in'), delay);
    await expect(page).toHaveURL('/dashboard');
    await expectFlashOnce(page, 'success', /Welcome, /);
    await devices(page, 1);
  });

  test(`confirm the address, clicked twice within ${delay} ms, logs in once`, async ({ page, server }) => {
    const user = newUser();
    await signUp(page, user);
    await expect(page).toHaveURL('/login');
    await page.goto(linkOf(await server.mailbox.last(user.email, /Confirm/)));
    await clearFlashes(page);
    await page.getByLabel('Password of the account').fill(user.password);
    await slowDown(page);
    await clickTwice(button(page, 'Yes, it is mine'), delay);
    await expect(page).toHaveURL('/dashboard');
    await expect(flashes(page)).toHaveText([/Your address is confirmed\./, /Welcome, /]);
  });
}
