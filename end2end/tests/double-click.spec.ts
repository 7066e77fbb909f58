// Double clicks over a slow network, on the product's forms. The browser drops the first response, so the second one
// must be complete: the user stays logged in, sees each message, and creates only one item.

import type { Locator, Page } from '@playwright/test';
import { DELAYS, clickTwice, slowLine } from '../double-click';
import { expect, test } from '../fixtures';
import { linkOf } from '../mailbox';
import { type Level, type Person, anotherBrowser, arrive, enter, flashes, logIn, post, seesMessages, seesOnce, signUp, somebody } from '../people';
import type { Server } from '../server';
import { beginSetUp, codeOf, owesCode, turnOn } from '../two-factor';

interface Case {
  name: string;
  /** Opens the page and returns the button. */
  open: (page: Page, person: Person, server: Server) => Promise<Locator>;
  /** Address and message after both clicks. */
  url: string | RegExp;
  says: [Level, string | RegExp];
  /** Number of messages, if more than one. */
  messages?: number;
  isLoggedIn?: boolean;
  /** Checks that only one item exists afterwards. */
  made?: (page: Page, person: Person, server: Server) => Promise<void>;
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

async function openLogIn(page: Page, person: Person): Promise<Locator> {
  await post(page.request, '/logout');
  await seesMessages(page);
  await page.goto('/login');
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
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
    name: 'type the password once more',
    open: async (page, person) => {
      await page.goto('/reauthenticate');
      await page.getByLabel('Password', { exact: true }).fill(person.password);
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
    open: async (page, person) => {
      await page.goto('/account/password');
      await page.getByLabel('Current password').fill(person.password);
      await page.getByLabel('New password').fill('another teapot overboard');
      return button(page, 'Change password');
    },
    url: '/account/password',
    says: ['success', 'Your password is changed.'],
    made: (_page, person, server) => oneMail(server, person.email, /password was changed/i),
  },
  {
    name: 'turn two-factor log-in off',
    open: async (page) => {
      await turnOn(page);
      await page.goto('/account/two-factor');
      await page.locator('summary', { hasText: 'Turn it off' }).click();
      return button(page, 'Turn it off for good');
    },
    url: '/account/two-factor',
    says: ['success', 'Two-factor log-in is off.'],
  },
  {
    name: 'send the mail to confirm again',
    open: async (page) => {
      await page.goto('/verify');
      return button(page, 'Send it again');
    },
    url: '/verify',
    says: ['success', 'A mail is on its way to'],
  },
  {
    name: 'log the other devices out',
    open: async (page, person) => {
      await enter(await anotherBrowser(page), person);
      await page.goto('/account/devices');
      return button(page, 'Log out all other devices');
    },
    url: '/account/devices',
    says: ['success', 'One other device is logged out.'],
    made: (page) => devices(page, 1),
  },
  {
    name: 'log one other device out',
    open: async (page, person) => {
      await enter(await anotherBrowser(page), person);
      await page.goto('/account/devices');
      return page.getByRole('button', { name: /^Log out .* on / });
    },
    url: '/account/devices',
    says: ['success', 'That device is logged out.'],
    made: (page) => devices(page, 1),
  },
  {
    name: 'ask for another address',
    open: async (page) => {
      await page.goto('/account/email');
      await page.getByLabel('Email').fill(`moved-${Date.now()}-${Math.random()}@example.com`);
      return button(page, 'Change email');
    },
    url: '/account',
    says: ['info', 'A mail is on its way to moved-'],
  },
  {
    name: 'use another address',
    open: async (page, person, server) => {
      const { email } = somebody();
      // The owner of an unconfirmed old address gets no email.
      await page.goto(linkOf(await server.mailbox.last(person.email, /Confirm your address/)));
      await button(page, 'Yes, it is mine').click();
      await seesMessages(page);
      await post(page.request, '/account/email', { email });
      await seesMessages(page);
      await page.goto(linkOf(await server.mailbox.last(email, /Confirm your new address/)));
      return button(page, 'Use this address');
    },
    url: '/account',
    says: ['success', 'Your address is changed. Your other devices are logged out.'],
    made: (_page, person, server) => oneMail(server, person.email, /was changed/),
  },
  {
    name: 'keep the account',
    open: async (page, person) => {
      await post(page.request, '/account/delete');
      await enter(page, person);
      await page.goto('/dashboard');
      return button(page, 'Keep my account');
    },
    url: '/account',
    says: ['success', 'Your account stays.'],
  },
  {
    name: 'ask for a new password',
    open: async (page, person) => {
      await post(page.request, '/logout');
      await seesMessages(page);
      await page.goto('/forgot');
      await page.getByLabel('Email').fill(person.email);
      return button(page, 'Send the link');
    },
    url: '/login',
    says: ['info', 'a mail with a link is on its way to it.'],
    isLoggedIn: false,
    made: (_page, person, server) => oneMail(server, person.email, /A new password/),
  },
  {
    name: 'choose a new password',
    open: async (page, person, server) => {
      await post(page.request, '/forgot', { email: person.email });
      await seesMessages(page);
      await page.goto(linkOf(await server.mailbox.last(person.email, /A new password/)));
      await page.getByLabel('New password').fill('another teapot overboard');
      return button(page, 'Change password');
    },
    url: '/login',
    says: ['success', 'Your password is changed. Log in with the new one.'],
    isLoggedIn: false,
    made: (_page, person, server) => oneMail(server, person.email, /Your password was changed/),
  },
  {
    name: 'ask for a mail to log in with',
    open: async (page, person, server) => {
      await page.goto(linkOf(await server.mailbox.last(person.email, /Confirm/)));
      await button(page, 'Yes, it is mine').click();
      await expect(page).toHaveURL('/dashboard');
      await post(page.request, '/logout');
      await seesMessages(page);
      await page.goto('/login/mail');
      await page.getByLabel('Email').fill(person.email);
      return button(page, 'Send the mail');
    },
    url: '/login/mail',
    says: ['info', 'a mail is on its way to it.'],
    isLoggedIn: false,
    made: (_page, person, server) => oneMail(server, person.email, /Log in to/),
  },
  {
    name: 'log in by the link of a mail',
    open: async (page, person, server) => {
      await page.goto(linkOf(await server.mailbox.last(person.email, /Confirm/)));
      await button(page, 'Yes, it is mine').click();
      await expect(page).toHaveURL('/dashboard');
      await post(page.request, '/logout');
      await post(page.request, '/login/mail', { email: person.email });
      await seesMessages(page);
      await page.goto(linkOf(await server.mailbox.last(person.email, /Log in to/)));
      return button(page, 'Log in');
    },
    url: '/dashboard',
    says: ['success', 'Welcome, '],
    made: (page) => devices(page, 1),
  },
  {
    name: 'log in with a recovery code',
    open: async (page, person) => {
      const { recoveryCode } = await turnOn(page);
      await post(page.request, '/logout');
      await seesMessages(page);
      await page.goto('/login');
      await logIn(page, person);
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
    test(`${one.name}, clicked twice with ${delay} ms between`, async ({ page, server }) => {
      const person = await arrive(page);
      const twice = await one.open(page, person, server);
      await slowLine(page);
      await clickTwice(twice, delay);
      await expect(flashes(page)).toHaveCount(one.messages ?? 1);
      await expect(page).toHaveURL(one.url);
      if (one.messages === undefined) await seesOnce(page, ...one.says);
      else await expect(flashes(page).first()).toContainText(one.says[1]);
      await page.goto('/account');
      await expect(page).toHaveURL(one.isLoggedIn === false ? '/login' : '/account');
      await one.made?.(page, person, server);
    });
  }
}

for (const delay of DELAYS) {
  test(`sign up, clicked twice with ${delay} ms between, makes one account and one mail`, async ({ page, server }) => {
    const person = somebody();
    await page.goto('/signup');
    await page.getByLabel('Name').fill(person.name);
    await page.getByLabel('Email').fill(person.email);
    await page.getByLabel('Password', { exact: true }).fill(person.password);
    await slowLine(page);
    await clickTwice(button(page, 'Sign up'), delay);
    await expect(page).toHaveURL('/login');
    await expect(page.getByLabel('Email')).toHaveValue(person.email);
    await seesOnce(page, 'success', 'Welcome aboard.');
    await server.mailbox.last(person.email, /./);
    expect(server.mailbox.to(person.email)).toHaveLength(1);
  });

  test(`turn two-factor log-in on, clicked twice with ${delay} ms between, shows its codes`, async ({ page }) => {
    await arrive(page);
    const secret = await beginSetUp(page);
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret));
    await slowLine(page);
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

  test(`the code after the password, sent twice with ${delay} ms between, logs in`, async ({ page }) => {
    const { secret } = await owesCode(page);
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret, 1));
    await slowLine(page);
    await clickTwice(button(page, 'Log in'), delay);
    await expect(page).toHaveURL('/dashboard');
    await seesOnce(page, 'success', /Welcome, /);
    await devices(page, 1);
  });

  test(`the link of a mail, pressed twice with ${delay} ms between, confirms the address`, async ({ page, server }) => {
    const person = somebody();
    await signUp(page, person);
    await expect(page).toHaveURL('/login');
    await page.goto(linkOf(await server.mailbox.last(person.email, /Confirm/)));
    await seesMessages(page);
    await page.getByLabel('Password of the account').fill(person.password);
    await slowLine(page);
    await clickTwice(button(page, 'Yes, it is mine'), delay);
    await expect(page).toHaveURL('/dashboard');
    await expect(flashes(page)).toHaveText([/Your address is confirmed\./, /Welcome, /]);
  });
}
