// The tests that also run on PostgreSQL, if a PostgreSQL server is available.

import { randomUUID } from 'node:crypto';
import { type DatabaseKind, run } from './database';

const postgres: DatabaseKind = {
  create() {
    const server = findPostgres();
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    psql(server, `create database ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return {
      tool: 'psql',
      url: url.href,
      sql: (statement) => psql(url.href, statement),
      drop: () => void psql(server, `drop database if exists ${name} with (force)`),
    };
  },
};

/** Log-in, revocation and restart: what depends on the tables of the sessions. */
const testMatch = ['log-in.spec.ts', '*revocation.spec.ts', 'restart.spec.ts'];
// The search for secrets in the logs needs both formats.
const settings = { LOG_FORMAT: 'json' };
const contextOptions = { reducedMotion: 'no-preference' as const };
const project = { name: 'postgres', testMatch, use: { database: postgres, settings, contextOptions } };

export function postgresProjects() {
  return findPostgres() ? [project] : [];
}

/** Returns the URL of a PostgreSQL server; empty if there is none, which fails under CI=true. */
function findPostgres(): string {
  // Playwright reads its configuration again in each worker: they use the first result.
  process.env.END2END_POSTGRES ??= candidates().find(answers) ?? missing();
  return process.env.END2END_POSTGRES;
}

function candidates(): string[] {
  const configured = process.env.TEST_DATABASE_URL;
  const usual = ['postgres', 'postgres:postgres'].map((login) => `postgres://${login}@127.0.0.1:5432/postgres`);
  return configured ? [configured] : usual;
}

function answers(url: string): boolean {
  try {
    psql(url, 'select 1');
    return true;
  } catch {
    return false;
  }
}

function missing(): '' {
  const found = 'No PostgreSQL answers (TEST_DATABASE_URL, else 127.0.0.1:5432), or psql is not installed';
  if (process.env.CI === 'true') throw new Error(`${found}.`);
  console.warn(`\n  ━━ ${found}:\n  ━━ the browser tests run on SQLite ONLY. CI would not accept that.\n`);
  return '';
}

function psql(url: string, statement: string): string {
  // --no-password: fail if a password is missing, instead of asking for it.
  process.env.PGCONNECT_TIMEOUT ??= '5';
  const quiet = ['--no-psqlrc', '--no-password', '--quiet', '--tuples-only', '--no-align'];
  return run('psql', [...quiet, '--set=ON_ERROR_STOP=1', url, '--command', statement]);
}
