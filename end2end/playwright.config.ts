// How the browser tests run. Every worker starts a server of its own with an empty database (fixtures.ts), so
// nothing here depends on the developer's settings, or on the server that `cargo leptos end-to-end` starts.

import { defineConfig } from '@playwright/test';
import type { Options } from './fixtures';
import { findPostgres } from './database';

const isCi = process.env.CI === 'true';
const chromium = process.env.CHROMIUM_PATH;
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
const needsScript = ['island', 'looks', 'restart', 'scripts'].map((name) => `${name}.spec.ts`);
const onPostgres = ['logging-in', 'restart', 'revocation'].map((name) => `${name}.spec.ts`);

const postgres = { name: 'postgres', testMatch: onPostgres, use: { database: 'postgres' as const } };

export default defineConfig<object, Options>({
  testDir: 'tests',
  forbidOnly: isCi,
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    launchOptions: chromium ? { executablePath: chromium, args: machinesOwn } : {},
  },
  projects: [
    { name: 'javascript' },
    { name: 'no-javascript', testIgnore: needsScript, use: { javaScriptEnabled: false } },
    ...(findPostgres() ? [postgres] : []),
  ],
});
