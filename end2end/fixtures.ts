// Fixtures of every test: the worker's server, an empty browser, a separate IP address, and a check of the browser's
// complaints. A test fails on any complaint, whatever else it checks.

import { type Browser, type BrowserContext, test as base } from '@playwright/test';
import { type Kind, TOOLS, hasTool } from './database';
import { keepCookies, watchForms } from './secrets';
import { Server } from './server';

export { expect } from '@playwright/test';

export interface Options {
  /** The database of the tests. */
  database: Kind;
}

interface ForTest {
  complaints: Complaints;
}

interface ForWorker extends Options {
  server: Server;
}

export const test = base.extend<ForTest, ForWorker>({
  database: ['sqlite', { option: true, scope: 'worker' }],
  server: [
    async ({ database }, use) => {
      const server = await Server.start(database);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  browser: [
    async ({ browser }, use) => {
      browser.on('context', watchForms);
      await use(browser);
    },
    { scope: 'worker' },
  ],
  baseURL: ({ server }, use) => use(server.url),
  extraHTTPHeaders: ({}, use) => use(from(anAddress())),
  context: async ({ context, browser }, use) => {
    await use(context);
    for (const opened of browser.contexts()) await keepCookies(opened);
  },
  complaints: [
    async ({ browser, server, javaScriptEnabled }, use, info) => {
      const complaints = new Complaints(browser, javaScriptEnabled);
      const start = server.logged();
      await use(complaints);
      complaints.stopListening();
      for (const opened of browser.contexts()) await opened.close(); // browsers other than the test's own
      if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log(start) });
      base.expect(complaints.unexpected(), 'complaints of the browser').toEqual([]);
    },
    { auto: true },
  ],
});

/** Headers of a client at this IP address. The servers trust them like those of a proxy. */
export function from(ip: string) {
  return { 'x-forwarded-for': ip };
}

let addresses = 0;

/** Returns an unused IP address, so that the rate limits of one test do not stop another. */
export function anAddress(): string {
  addresses += 1;
  return `10.0.${addresses >> 8}.${addresses & 255}`;
}

/** Skips a test that runs SQL if the database's tool is missing; CI must have it. */
export function needsSql({ database: { kind } }: Server): void {
  if (process.env.CI !== 'true') test.skip(!hasTool(kind), `${TOOLS[kind]} is not installed`);
}

interface Complaint {
  text: string;
  url: string;
  /** Status of a page that answered with an error. */
  status?: number;
}

/** Collects console errors and warnings, exceptions of scripts and failed requests, of all browsers in the test. */
export class Complaints {
  private readonly heard: Complaint[] = [];
  private readonly expected = new Set<number>();

  constructor(
    private readonly browser: Browser,
    private readonly hasScripts: boolean,
  ) {
    browser.contexts().forEach(this.listen);
    browser.on('context', this.listen);
  }

  /** From now on a page may answer with this status. */
  expectPage(status: number): void {
    this.expected.add(status);
  }

  /** Returns the complaints with these words and removes them, so that they do not fail the test. */
  take(words: RegExp): string[] {
    const taken = this.heard.filter((one) => words.test(one.text));
    for (const one of taken) this.heard.splice(this.heard.indexOf(one), 1);
    return taken.map((one) => one.text);
  }

  stopListening(): void {
    this.browser.off('context', this.listen);
  }

  unexpected(): string[] {
    const isExpected = (one: Complaint) => one.status !== undefined && this.expected.has(one.status);
    const pages = new Set(this.heard.filter(isExpected).map((page) => page.url));
    // The console repeats the status of such a page.
    const repeats = (one: Complaint) => one.text.includes('Failed to load resource') && pages.has(one.url);
    const counts = (one: Complaint) => !isExpected(one) && !repeats(one) && !this.isAboutScriptsBeingOff(one);
    return this.heard.filter(counts).map((one) => `${one.text} (${one.url})`);
  }

  private isAboutScriptsBeingOff({ text }: Complaint): boolean {
    return !this.hasScripts && (text === 'csp' || text.includes('was preloaded using link preload but not used'));
  }

  private readonly listen = (context: BrowserContext): void => {
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.heard.push({ text: message.text(), url: message.location().url });
      }
    });
    context.on('weberror', (error) => {
      // A navigation or a rotation during a view transition: the browser reports it as an error of the page.
      if (/ViewTransition opt-in disabled|Transition was (aborted|skipped)/.test(String(error.error()))) return;
      this.heard.push({ text: String(error.error()), url: error.page()?.url() ?? '' });
    });
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? 'failed';
      // A navigation cancels the requests of the previous page.
      if (reason !== 'net::ERR_ABORTED') this.heard.push({ text: reason, url: request.url() });
    });
    context.on('response', (response) => {
      if (response.status() < 400) return;
      // Refused by src/session_layer.rs: the browser asks again when the user opens the page.
      const isAhead = response.request().headers()['sec-purpose']?.startsWith('prefetch');
      if (isAhead && response.status() === 503) return;
      const isPage = response.request().isNavigationRequest();
      const status = isPage ? response.status() : undefined;
      this.heard.push({ text: `answered ${response.status()}`, url: response.url(), status });
    });
  };
}
