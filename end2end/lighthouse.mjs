// Lighthouse of three pages of a running release build, on a throttled phone: `cargo xtask bench` runs
// `node end2end/lighthouse.mjs URL COOKIE`. npm installs Lighthouse for this run only.

import { chromium } from '@playwright/test';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

const LIGHTHOUSE = 'lighthouse@12.8.2';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
// As in chromium.ts, which Node.js cannot read.
const INSTALLED = ['chromium-headless-shell', 'chromium'].map((name) => `/usr/bin/${name}`);
const CHROMIUM =
  process.env.CHROMIUM_PATH ?? (existsSync(chromium.executablePath()) ? undefined : INSTALLED.find(existsSync));

const [url, cookie] = process.argv.slice(2);

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

const port = await freePort();
const browser = await chromium.launchPersistentContext('', {
  executablePath: CHROMIUM,
  args: [`--remote-debugging-port=${port}`, '--no-sandbox', '--disable-background-networking'],
});
for (const path of ['/', '/login', '/dashboard']) {
  if (path === '/dashboard') {
    // In the browser, not as a header of Lighthouse: the page's stream needs it too.
    const [name, value] = cookie.split(/=(.*)/s);
    await browser.addCookies([{ name, value, url }]);
  }
  const args = ['--yes', LIGHTHOUSE, `${url}${path}`, '--quiet', '--output=json', '--output-path=stdout'];
  args.push(`--only-categories=${CATEGORIES}`, `--port=${port}`);
  const { stdout } = await promisify(execFile)('npx', args, { maxBuffer: 1 << 28 });
  const report = JSON.parse(stdout);
  const { pathname } = new URL(report.finalDisplayedUrl);
  if (pathname !== path) throw new Error(`${path} ended at ${pathname}`);
  const scores = CATEGORIES.map((name) => `${name} ${Math.round(report.categories[name].score * 100)}`);
  const { 'largest-contentful-paint': paint, 'cumulative-layout-shift': shift, 'total-byte-weight': weight } = report.audits;
  console.log(`  ${path.padEnd(11)} ${scores.join(', ')}; ${paint.displayValue} to the largest paint, shift ${shift.displayValue}, ${weight.displayValue}`);
  const isLost = ({ score, scoreDisplayMode }) => score !== null && score < 0.9 && !['informative', 'manual'].includes(scoreDisplayMode);
  for (const audit of Object.values(report.audits).filter(isLost)) console.log(`    ${audit.id}: ${audit.displayValue ?? audit.title}`);
}
await browser.close();
