// Errors that the browser reports during a test: nothing in the product may cause one.

import type { Browser, BrowserContext, Request } from '@playwright/test';

interface BrowserError {
  text: string;
  url: string;
  /** Status of a page that answered with an error. */
  status?: number;
}

/** Errors and warnings in the console, exceptions of scripts and failed requests, of all contexts in the test. */
export class ConsoleErrors {
  private readonly errors: BrowserError[] = [];
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

  /** Returns the errors that match and removes them, so that they do not fail the test. */
  take(pattern: RegExp): string[] {
    const taken = this.errors.filter((error) => pattern.test(error.text));
    for (const error of taken) this.errors.splice(this.errors.indexOf(error), 1);
    return taken.map((error) => error.text);
  }

  stopListening(): void {
    this.browser.off('context', this.listen);
  }

  unexpected(): string[] {
    const isExpected = (error: BrowserError) => error.status !== undefined && this.expected.has(error.status);
    const pages = new Set(this.errors.filter(isExpected).map((page) => page.url));
    // The console repeats the status of such a page.
    const repeats = (error: BrowserError) => error.text.includes('Failed to load resource') && pages.has(error.url);
    const others = this.errors.filter((error) => !isExpected(error) && !repeats(error));
    return others.filter((error) => !this.isAboutDisabledScripts(error)).map((error) => `${error.text} (${error.url})`);
  }

  private isAboutDisabledScripts({ text }: BrowserError): boolean {
    return !this.hasScripts && (text === 'csp' || text.includes('was preloaded using link preload but not used'));
  }

  private readonly listen = (context: BrowserContext): void => {
    context.on('console', (message) => {
      // Older browsers need it: ui/src/components/dialog.rs.
      if (message.text() === 'popovertarget is ignored on elements with commandfor.') return;
      if (['error', 'warning'].includes(message.type()) && !isOfLiveTabs(message.location().url)) {
        this.errors.push({ text: message.text(), url: message.location().url });
      }
    });
    context.on('weberror', (error) => {
      // A navigation or a rotation during a view transition: the browser reports it as an error of the page.
      if (/ViewTransition opt-in disabled|Transition was (aborted|skipped)/.test(String(error.error()))) return;
      this.errors.push({ text: String(error.error()), url: error.page()?.url() ?? '' });
    });
    context.on('requestfailed', (request) => {
      // The browser drops a prefetched page when the cookies change, and asks again.
      if (isOfLiveTabs(request.url()) || isAhead(request)) return;
      const reason = request.failure()?.errorText ?? 'failed';
      // A navigation cancels the requests of the previous page.
      if (reason !== 'net::ERR_ABORTED') this.errors.push({ text: reason, url: request.url() });
    });
    context.on('response', (response) => {
      if (response.status() < 400) return;
      if ([401, 404, 503].includes(response.status()) && isOfLiveTabs(response.url())) return;
      // Refused by program/src/session_layer.rs: the browser asks again when the user opens the page.
      if (isAhead(response.request()) && response.status() === 503) return;
      const isPage = response.request().isNavigationRequest();
      const status = isPage ? response.status() : undefined;
      this.errors.push({ text: `answered ${response.status()}`, url: response.url(), status });
    });
  };
}

function isAhead(request: Request): boolean {
  return request.headers()['sec-purpose']?.startsWith('prefetch') ?? false;
}

/** A tab asks whether its session is over, and its stream ends with the server: both answers are part of the product. */
function isOfLiveTabs(url: string): boolean {
  return /\/(events\?|session\/)/.test(url);
}
