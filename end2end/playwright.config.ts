// Settings of the browser tests. Every worker starts its own server with an empty database (fixtures.ts), so the tests
// do not depend on the developer's settings or on the server of `cargo leptos end-to-end`.

import { defineConfig } from '@playwright/test';
import { launchOptions } from './chromium';
import type { Options } from './fixtures';
import { postgresProjects } from './postgres';

const isCi = process.env.CI === 'true';

// What is about forms and navigation runs without JavaScript too.
const withoutJavaScript = [
  'access',
  'account',
  'admin',
  'email-change',
  'emails',
  'flash',
  'keyboard',
  'log-in',
  'magic-links',
  'notes',
  'reauthentication',
  'single-sign-on',
  'stale-forms',
  'theme',
  'two-factor',
].map((name) => `${name}.spec.ts`);

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
    // Transitions between pages take a sixth of the time. The tests on PostgreSQL run with them.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'on-first-retry',
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    launchOptions,
  },
  projects: [
    { name: 'javascript' },
    { name: 'no-javascript', testMatch: withoutJavaScript, use: { javaScriptEnabled: false } },
    ...postgresProjects(),
  ],
});
