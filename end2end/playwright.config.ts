// Settings of the browser tests. Every worker starts its own server with an empty database (fixtures.ts), so the tests
// do not depend on the developer's settings or on the server of `cargo leptos end-to-end`.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, defineConfig } from '@playwright/test';
import type { Options } from './fixtures';
import { findPostgres } from './postgres';

const isCi = process.env.CI === 'true';
/** Playwright's own browser, unless CHROMIUM_PATH names another one or only the machine's is installed. */
const other = process.env.CHROMIUM_PATH ?? (existsSync(chromium.executablePath()) ? undefined : machinesBrowser());
const machinesOwn = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Features that work without a script are tested with and without one. These tests need a script.
const needsScript = ['*double-click', 'island', 'looks', 'passkeys', 'content-security-policy', 'restart', 'scripts'].map((name) => `${name}.spec.ts`);
const needsDatabase = ['log-in', '*revocation', 'restart'];
const onPostgres = needsDatabase.map((name) => `${name}.spec.ts`);

const postgres = { name: 'postgres', testMatch: onPostgres, use: { database: 'postgres' as const } };

export default defineConfig<object, Options>({
  testDir: 'tests',
  outputDir: 'test-results',
  globalTeardown: './logs',
  forbidOnly: isCi,
  fullyParallel: true,
  workers: 2,
  // A test that passes the second time is reported as flaky.
  retries: isCi ? 1 : 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { open: 'never', outputFolder: 'playwright-report' }]],
  use: {
    browserName: 'chromium',
    // Without screenshots and snapshots, which would double the time.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    launchOptions: other ? { executablePath: other, args: machinesOwn } : {},
  },
  projects: [
    { name: 'javascript' },
    { name: 'no-javascript', testIgnore: needsScript, use: { javaScriptEnabled: false } },
    ...(findPostgres() ? [postgres] : []),
  ],
});

function machinesBrowser(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}
