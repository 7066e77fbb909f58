// After the last test: no server log may hold a secret. Servers write their logs to test-results/logs.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recorded, SESSION_SECRET } from './secrets';

/** Playwright empties this folder before the first test. */
export const LOGS = join(__dirname, 'test-results', 'logs');
/** A text that only a detailed log has; without it, the check has little to search. */
const DEBUG_MARKER = 'answered';
const FORBIDDEN = ['$argon2', 'SESSION_SECRET', SESSION_SECRET];

/** Fails the run if a log holds a secret, or if there are no secrets or no logs to search. */
export default function noLogHoldsASecret(): void {
  const logs = existsSync(LOGS) ? readdirSync(LOGS).map((name) => join(LOGS, name)) : [];
  const silent = logs.filter((log) => !readFileSync(log, 'utf8').includes(DEBUG_MARKER));
  if (logs.length === 0) throw new Error(`there are no logs in ${LOGS}`);
  if (silent.length > 0) throw new Error(`too little is logged, with RUST_LOG=debug: ${silent.join(', ')}`);

  const secrets = recorded();
  for (const [kind, found] of Object.entries(secrets)) {
    if (found.length > 0) continue;
    throw new Error(`the tests that ran wrote down no ${kind} to look for in the logs: run more of them`);
  }
  const found = search(logs, [...FORBIDDEN, ...Object.values(secrets).flat()]);
  if (found) throw new Error(`a log holds a secret:\n${found}`);
  const counts = Object.entries(secrets).map(([kind, found]) => `${found.length} of ${kind}s`);
  console.log(`\n  ${logs.length} logs hold none of the secrets (encodings: ${counts.join(', ')}).`);
}

/** Returns the lines that hold one of these texts, with log name and line number. */
function search(logs: string[], texts: string[]): string {
  // Thousands of texts in megabytes of logs: grep searches for all of them at once.
  const words = ['--fixed-strings', '--text', '--line-number', '--with-filename', '--max-count=5', '--file=-', ...logs];
  const { status, stdout, stderr, error } = spawnSync('grep', words, { input: texts.join('\n'), encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0 && status !== 1) throw new Error(`grep failed: ${stderr}`);
  return stdout;
}
