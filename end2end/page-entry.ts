// The description of a page, for the tests of all pages.

import type { Page } from '@playwright/test';
import type { User } from './users';
import type { Server } from './server';

export interface PageEntry {
  name: string;
  who: 'anonymous' | 'member' | 'admin';
  /** Path of the page as in the site map; missing for a special state of a page. */
  path?: string;
  hasIsland?: true;
  /** Error status of the page. */
  status?: number;
  /** Opens the page. A member or an admin is already logged in. */
  open(page: Page, user: User, server: Server): Promise<unknown>;
}

type More = Partial<Pick<PageEntry, 'hasIsland' | 'open'>>;

export function at(path: string, name: string, who: PageEntry['who'], more: More = {}): PageEntry {
  return { name, who, path, open: (page) => page.goto(path), ...more };
}

/** A name of maximum length that cannot wrap. */
export const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3).slice(0, 100);

