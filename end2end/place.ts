// What a page is to the tests that look at all of them.

import type { Page } from '@playwright/test';
import type { Person } from './people';
import type { Server } from './server';

export interface Place {
  name: string;
  who: 'stranger' | 'member' | 'admin';
  /** The page's path as the site map has it; none for a state of a page. */
  path?: string;
  hasIsland?: true;
  /** The error status that the page answers with. */
  status?: number;
  /** Goes there, as somebody who is logged in already unless a stranger. */
  open(page: Page, person: Person, server: Server): Promise<unknown>;
}

type More = Partial<Pick<Place, 'hasIsland' | 'open'>>;

export function at(path: string, name: string, who: Place['who'], more: More = {}): Place {
  return { name, who, path, open: (page) => page.goto(path), ...more };
}

/** A name as long as names may be, without a place to break it. */
export const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3).slice(0, 100);

