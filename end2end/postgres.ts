// Makes an empty PostgreSQL database for each test server, if a PostgreSQL server is available.

import { randomUUID } from 'node:crypto';
import { type Database, run } from './database';

/** Makes an empty database on the available server. */
export function postgres(): Database {
  const server = findPostgres();
  if (!server) throw new Error('there is no PostgreSQL');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  psql(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    kind: 'postgres',
    url: url.href,
    sql: (statement) => psql(url.href, statement),
    drop: () => void psql(server, `drop database if exists ${name} with (force)`),
  };
}

/** Address of a PostgreSQL server for the tests. If none is found, reports it, and fails under CI=true. */
export function findPostgres(): string | undefined {
  // Playwright reads its configuration again in each worker: they use the first result.
  process.env.END2END_POSTGRES ??= candidates().find(answers) ?? missing();
  return process.env.END2END_POSTGRES || undefined;
}

function candidates(): string[] {
  const told = process.env.TEST_DATABASE_URL;
  const usual = ['postgres', 'postgres:postgres'].map((who) => `postgres://${who}@127.0.0.1:5432/postgres`);
  return told ? [told] : usual;
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
