// The description of a page, for the tests of all pages.

import type { Page } from '@playwright/test';
import type { Person } from './people';
import type { Server } from './server';

export interface Place {
  name: string;
  who: 'stranger' | 'member' | 'admin';
  /** Path of the page as in the site map; missing for a special state of a page. */
  path?: string;
  hasIsland?: true;
  /** Error status of the page. */
  status?: number;
  /** Opens the page. The user is already logged in, unless the place is for strangers. */
  open(page: Page, person: Person, server: Server): Promise<unknown>;
}

type More = Partial<Pick<Place, 'hasIsland' | 'open'>>;

export function at(path: string, name: string, who: Place['who'], more: More = {}): Place {
  return { name, who, path, open: (page) => page.goto(path), ...more };
}

/** A name of maximum length, without a place for a line break. */
export const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3).slice(0, 100);

