// What every test gets: a server of its worker's own, an empty browser, an IP address of its own, and a watch on
// everything that the browser complains about. A test fails on any complaint, whatever else it looks at.

import { type Browser, type BrowserContext, test as base } from '@playwright/test';
import { type Kind, TOOLS, hasTool } from './database';
import { keepCookies, watchForms } from './secrets';
import { Server } from './server';

export { expect } from '@playwright/test';

export interface Options {
  /** The database that the tests run on. */
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
      for (const opened of browser.contexts()) await opened.close(); // those besides the test's own
      if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log(start) });
      base.expect(complaints.unexpected(), 'complaints of the browser').toEqual([]);
    },
    { auto: true },
  ],
});

/** The headers of somebody at this IP address: the servers believe them, as they would believe a proxy of theirs. */
export function from(ip: string) {
  return { 'x-forwarded-for': ip };
}

let addresses = 0;

/** An IP address that nobody had before on this worker's server: what one test tries too often does not stop another. */
export function anAddress(): string {
  addresses += 1;
  return `10.0.${addresses >> 8}.${addresses & 255}`;
}

/** Skips a test that types SQL where the database's own tool is missing; CI must have it. */
export function needsSql({ database: { kind } }: Server): void {
  if (process.env.CI !== 'true') test.skip(!hasTool(kind), `${TOOLS[kind]} is not installed`);
}

interface Complaint {
  text: string;
  url: string;
  /** Of a page that answered with an error status. */
  status?: number;
}

/** Errors and warnings on the console, exceptions of scripts, failed requests: of every browser in the test. */
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

  /** From now on a whole page may answer with this status. */
  expectPage(status: number): void {
    this.expected.add(status);
  }

  /** What the browser has complained about in these words: it does not fail the test any more. */
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
      // Somebody who goes on, or turns the phone, before the last page has faded in: a browser calls that an error of
      // the page.
      if (/ViewTransition opt-in disabled|Transition was (aborted|skipped)/.test(String(error.error()))) return;
      this.heard.push({ text: String(error.error()), url: error.page()?.url() ?? '' });
    });
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? 'failed';
      // A browser drops what it still fetches when somebody goes to another page.
      if (reason !== 'net::ERR_ABORTED') this.heard.push({ text: reason, url: request.url() });
    });
    context.on('response', (response) => {
      if (response.status() < 400) return;
      // Refused by src/visitors.rs: the browser asks again when somebody goes there.
      const isAhead = response.request().headers()['sec-purpose']?.startsWith('prefetch');
      if (isAhead && response.status() === 503) return;
      const isPage = response.request().isNavigationRequest();
      const status = isPage ? response.status() : undefined;
      this.heard.push({ text: `answered ${response.status()}`, url: response.url(), status });
    });
  };
}
