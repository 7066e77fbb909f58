// Every page: accessibility, size and scripts.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '../fixtures';
import { checkPages } from '../page-checks';
import { defaultPages, pages } from '../page-entries';

checkPages(defaultPages);

test('every page in the table of routes has an entry', () => {
  const table = readFileSync(resolve(__dirname, '../../tests/routes.txt'), 'utf8');
  const routes = [...table.matchAll(/^GET +(\S+)/gm)].map((line) => line[1] ?? '');
  const isForPrograms = (path: string) => /^\/(api|\.well-known)\//.test(path) && path !== '/api/docs';
  const isPage = (path: string) => !path.endsWith('.csv') && !isForPrograms(path);
  const paths = routes.filter(isPage);
  expect(paths.length, 'pages found in tests/routes.txt').toBeGreaterThan(0);
  const entries = pages.flatMap(({ path }) => path ?? []);
  // Asked by scripts only.
  entries.push('/session/{id}', '/events');
  expect(entries.toSorted()).toEqual(paths.toSorted());
});
