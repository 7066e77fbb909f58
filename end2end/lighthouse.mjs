// Lighthouse of three pages of a running release build, on a throttled phone: `cargo xtask bench` runs
// `node end2end/lighthouse.mjs URL COOKIE`. npm installs Lighthouse for this run only.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const LIGHTHOUSE = 'lighthouse@12.8.2';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const CHROMIUM = '/usr/bin/chromium';

const [url, cookie] = process.argv.slice(2);
const env = { ...process.env, ...(existsSync(CHROMIUM) && { CHROME_PATH: CHROMIUM }) };

for (const path of ['/', '/login', '/dashboard']) {
  const args = ['--yes', LIGHTHOUSE, `${url}${path}`, '--quiet', '--output=json', '--output-path=stdout'];
  args.push(`--only-categories=${CATEGORIES}`, '--chrome-flags=--headless --no-sandbox --disable-background-networking');
  if (path === '/dashboard') args.push(`--extra-headers=${JSON.stringify({ Cookie: cookie })}`);
  const report = JSON.parse(execFileSync('npx', args, { env, maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }));
  const scores = CATEGORIES.map((name) => `${name} ${Math.round(report.categories[name].score * 100)}`);
  const { 'largest-contentful-paint': paint, 'cumulative-layout-shift': shift, 'total-byte-weight': weight } = report.audits;
  console.log(`  ${path.padEnd(11)} ${scores.join(', ')}; ${paint.displayValue} to the largest paint, shift ${shift.displayValue}, ${weight.displayValue}`);
  const isLost = ({ score, scoreDisplayMode }) => score !== null && score < 0.9 && !['informative', 'manual'].includes(scoreDisplayMode);
  for (const audit of Object.values(report.audits).filter(isLost)) console.log(`    ${audit.id}: ${audit.displayValue ?? audit.title}`);
}
