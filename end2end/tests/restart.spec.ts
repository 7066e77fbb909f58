// A deployment logs nobody out. These tests have servers of their own, since they stop them.

import { expect, test } from '../fixtures';
import { flashes } from '../people';
import { Server } from '../server';

test('a restart of the server keeps people logged in, and their messages', async ({ page, database }) => {
  const server = await Server.start(database);
  try {
    const open = (path: string) => page.goto(`${server.url}${path}`);
    await page.request.post(`${server.url}/signup`, {
      form: { name: 'Robin', email: 'robin@example.com', password: 'copper teapot overboard' },
      maxRedirects: 0,
    });
    await server.restart();
    await open('/dashboard');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Robin');
    await expect(flashes(page)).toContainText('Welcome aboard, Robin.');
    await server.restart();
    await open('/account/devices');
    await expect(page.locator('[data-session]')).toHaveCount(1);
    await expect(flashes(page)).toHaveCount(0);
  } finally {
    await server.stop();
  }
});
