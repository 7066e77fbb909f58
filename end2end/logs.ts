// After the last test: no log of any server may hold a secret. Servers write their logs to test-results/logs.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SESSION_SECRET, collected } from './secrets';

/** Playwright empties this folder before the first test. */
export const LOGS = join(__dirname, 'test-results', 'logs');
/** A line that only a log with all its details has; without it there would be little to look through. */
const DETAIL = 'answered';
const NEVER = ['$argon2', 'SESSION_SECRET', SESSION_SECRET];

/** Fails the run when a log holds a secret, and when there is nothing to look for or to look through. */
export default function noLogHoldsASecret(): void {
  const logs = existsSync(LOGS) ? readdirSync(LOGS).map((name) => join(LOGS, name)) : [];
  const silent = logs.filter((log) => !readFileSync(log, 'utf8').includes(DETAIL));
  if (logs.length === 0) throw new Error(`there are no logs in ${LOGS}`);
  if (silent.length > 0) throw new Error(`too little is logged, with RUST_LOG=debug: ${silent.join(', ')}`);

  const secrets = collected();
  for (const [kind, found] of Object.entries(secrets)) {
    if (found.length > 0) continue;
    throw new Error(`the tests that ran wrote down no ${kind} to look for in the logs: run more of them`);
  }
  const found = search(logs, [...NEVER, ...Object.values(secrets).flat()]);
  if (found) throw new Error(`a log holds a secret:\n${found}`);
  const counts = Object.entries(secrets).map(([kind, found]) => `${found.length} of ${kind}s`);
  console.log(`\n  ${logs.length} logs hold none of the secrets (spellings: ${counts.join(', ')}).`);
}

/** The lines that hold one of these texts, with the name and line of the log. */
function search(logs: string[], texts: string[]): string {
  // Thousands of texts in megabytes of logs: grep looks for all of them at once.
  const words = ['--fixed-strings', '--text', '--line-number', '--with-filename', '--max-count=5', '--file=-', ...logs];
  const { status, stdout, stderr, error } = spawnSync('grep', words, { input: texts.join('\n'), encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0 && status !== 1) throw new Error(`grep failed: ${stderr}`);
  return stdout;
}
