// Fixtures of every test: the worker's server, an empty browser, an IP address of its own, and a check of the browser's
// console. A test fails on any error or warning there.

import { test as base } from '@playwright/test';
import { ConsoleErrors } from './console-errors';
import { type DatabaseKind, isInstalled, sqlite } from './database';
import { recordCookies, recordForms } from './secrets';
import { type Settings, Server } from './server';

export { expect } from '@playwright/test';

export interface Options {
  database: DatabaseKind;
  /** Host name in the browser. */
  host: string;
  /** Settings of the product that are not the default. A file of tests that needs some gets its own server. */
  settings: Settings;
}

/**
 * A tab with a stream would leave by itself when its session ends, before the test clicks. All files share this object:
 * Playwright starts a new worker for each object, even if they are equal.
 */
export const withoutLiveTabs: Settings = { LIVE_TABS: 'false' };

interface ForWorker extends Options {
  server: Server;
}

export const test = base.extend<{ consoleErrors: ConsoleErrors }, ForWorker>({
  database: [sqlite, { option: true, scope: 'worker' }],
  host: ['127.0.0.1', { option: true, scope: 'worker' }],
  settings: [{}, { option: true, scope: 'worker' }],
  server: [
    async ({ database, host, settings }, use) => {
      const server = await Server.start(database, host, settings);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  browser: [
    async ({ browser }, use) => {
      browser.on('context', recordForms);
      await use(browser);
    },
    { scope: 'worker' },
  ],
  baseURL: ({ server }, use) => use(server.url),
  extraHTTPHeaders: ({}, use) => use(fromIp(newIp())),
  context: async ({ context, browser }, use) => {
    await use(context);
    for (const opened of browser.contexts()) await recordCookies(opened);
  },
  consoleErrors: [
    async ({ browser, server, javaScriptEnabled }, use, info) => {
      const consoleErrors = new ConsoleErrors(browser, javaScriptEnabled);
      const start = server.logSize();
      await use(consoleErrors);
      consoleErrors.stopListening();
      for (const opened of browser.contexts()) await opened.close(); // contexts that the test opened
      if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log(start) });
      base.expect(consoleErrors.unexpected(), 'console errors').toEqual([]);
    },
    { auto: true },
  ],
});

/** Headers of a client at this IP address. The server trusts them like those of a proxy. */
export function fromIp(ip: string) {
  return { 'x-forwarded-for': ip };
}

let ips = 0;

/** Returns an unused IP address, so that the rate limits of one test do not stop another. */
export function newIp(): string {
  ips += 1;
  return `10.0.${ips >> 8}.${ips & 255}`;
}

/** Runs one statement. Skips the test if the database's tool is missing; CI must have it. */
export function sql({ database }: Server, statement: string): string {
  if (process.env.CI !== 'true') test.skip(!isInstalled(database.tool), `${database.tool} is not installed`);
  return database.sql(statement);
}
