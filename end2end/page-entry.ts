// A page of the product, or a state of a page that looks different, for the tests of all pages.

import type { Page } from '@playwright/test';
import type { Server } from './server';
import type { User } from './users';

export interface PageEntry {
  name: string;
  who: 'anonymous' | 'member' | 'verified' | 'admin';
  /** Path of the page as in the table of routes; missing for a state of a page. */
  path?: string;
  hasIsland?: true;
  /** Error status of the page. */
  status?: number;
  /** Opens the page. The user is already logged in, unless `who` is anonymous. */
  open(page: Page, user: User, server: Server): Promise<unknown>;
}

type More = Partial<Pick<PageEntry, 'hasIsland' | 'open'>>;

export function at(path: string, name: string, who: PageEntry['who'], more: More = {}): PageEntry {
  return { name, who, path, open: (page) => page.goto(path), ...more };
}

/** A name of maximum length that cannot wrap. */
export const longName = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3).slice(0, 100);
