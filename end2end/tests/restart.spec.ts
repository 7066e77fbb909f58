// A deployment does not log users out. These tests have their own servers, since they stop them.

import { flashes } from '../expectations';
import { expect, test } from '../fixtures';
import { post } from '../forms';
import { Server } from '../server';
import { newUser } from '../users';

test('a restart keeps log-ins and messages', async ({ browser, database, host, settings, consoleErrors }) => {
  const server = await Server.start(database, host, settings);
  try {
    const page = await (await browser.newContext({ baseURL: server.url })).newPage();
    const user = newUser('Robin');
    await post(page.request, '/signup', { ...user });
    await post(page.request, '/login', { email: user.email, password: user.password });
    await server.restart();
    await page.goto('/dashboard');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Robin');
    await expect(flashes(page)).toContainText(['Welcome, Robin.']);
    await server.restart();
    await page.goto('/account/devices');
    await expect(page.locator('[data-row]')).toHaveCount(1);
    await expect(flashes(page)).toHaveCount(0);
    await page.context().close(); // before its server stops
    consoleErrors.take(/ERR_CONNECTION_REFUSED/); // an icon that was requested during the restart
  } finally {
    await server.stop();
  }
});
