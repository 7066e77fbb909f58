// Takes screenshots of every page: `npx playwright test -c screenshots.config.ts`, in end2end/. The files are in
// target/screenshots.

import { defineConfig } from '@playwright/test';
import config from './playwright.config';

const projects = [{ name: 'screenshots' }];

export default defineConfig({ ...config, testDir: '.', testMatch: 'screenshots.ts', projects });
