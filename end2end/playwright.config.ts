// How the browser tests run. Every worker starts a server of its own with an empty database (fixtures.ts), so
// nothing here depends on the developer's settings, or on the server that `cargo leptos end-to-end` starts.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, defineConfig } from '@playwright/test';
import type { Options } from './fixtures';
import { findPostgres } from './postgres';

const isCi = process.env.CI === 'true';
/** Playwright's own browser, unless CHROMIUM_PATH names another or there is only the machine's. */
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

// What a browser without a script can also do runs both ways. The rest needs a script to look, or to happen.
const needsScript = ['*double-click', 'island', 'looks', 'passkeys', 'policy', 'restart', 'scripts'].map((name) => `${name}.spec.ts`);
const needsDatabase = ['logging-in', '*revocation', 'restart'];
const onPostgres = needsDatabase.map((name) => `${name}.spec.ts`);

const postgres = { name: 'postgres', testMatch: onPostgres, use: { database: 'postgres' as const } };

export default defineConfig<object, Options>({
  testDir: 'tests',
  outputDir: 'test-results',
  globalTeardown: './logs',
  forbidOnly: isCi,
  fullyParallel: true,
  workers: 2,
  // One that holds the second time is reported as flaky.
  retries: isCi ? 1 : 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { open: 'never', outputFolder: 'playwright-report' }]],
  use: {
    browserName: 'chromium',
    // What each step did, without pictures of it: those would take half of the time.
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
