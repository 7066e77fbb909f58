// A double click over a slow line, on the forms of the product: the browser drops the first answer, and the second one
// must be as good. The person stays in, sees what is shown once, and makes one of each thing.

import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { linkOf } from '../mailbox';
import { type Level, type Person, anotherBrowser, arrive, enter, flashes, post, seesMessages, seesOnce, signUp, somebody } from '../people';
import type { Server } from '../server';
import { beginSetUp, codeOf, owesCode, turnOn } from '../two-factor';

/** How many milliseconds lie between the two clicks. */
const DELAYS = [0, 60, 100, 150, 200, 300];

/** From now on each answer takes so long to come. */
async function slowLine(page: Page, latency = 80): Promise<void> {
  const chromium = await page.context().newCDPSession(page);
  await chromium.send('Network.enable');
  const conditions = { offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 };
  await chromium.send('Network.emulateNetworkConditions', conditions);
}

/** Clicks a button twice, unless the page with it has gone by then. */
async function clickTwice(button: Locator, delay: number): Promise<void> {
  await button.evaluate((element, delay) => {
    (element as HTMLElement).click();
    if (delay === 0) (element as HTMLElement).click();
    else setTimeout(() => (element as HTMLElement).click(), delay);
  }, delay);
}

interface Case {
  name: string;
  /** Comes to the button. */
  open: (page: Page, person: Person, server: Server) => Promise<Locator>;
  /** Where both clicks lead, and what is said there. */
  url: string | RegExp;
  says: [Level, string | RegExp];
  isLoggedIn?: boolean;
  /** What there is one of afterwards. */
  made?: (page: Page, person: Person, server: Server) => Promise<void>;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** The only mail to this address about this. */
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
      await expect(flashes(page)).toHaveCount(1);
      await expect(page).toHaveURL(one.url);
      await seesOnce(page, ...one.says);
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
    await slowLine(page);
    await clickTwice(button(page, 'Yes, it is mine'), delay);
    await expect(page).toHaveURL('/login');
    await seesOnce(page, 'success', 'Your address is confirmed. Please log in.');
  });
}
