// Databases for the tests: an empty one for each server, and SQL typed into it by hand.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

export type Kind = 'sqlite' | 'postgres';

/** An empty database that only one test server uses. */
export interface Database {
  kind: Kind;
  /** What the server's DATABASE_URL must be. */
  url: string;
  /** Runs one statement in the database's own command-line tool, as a person would; answers what it prints. */
  sql(statement: string): string;
  drop(): void;
}

/** Makes an empty database; an SQLite file lies in `folder`. */
export function create(kind: Kind, folder: string): Database {
  return kind === 'sqlite' ? sqlite(folder) : postgres();
}

/** The command-line tool that `sql` runs. */
export const TOOLS = { sqlite: 'sqlite3', postgres: 'psql' } as const;

/** Whether the tool that `sql` runs is on this machine. */
export function hasTool(kind: Kind): boolean {
  try {
    execFileSync(TOOLS[kind], ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function sqlite(folder: string): Database {
  const file = join(folder, 'app.db');
  return {
    kind: 'sqlite',
    url: `sqlite:${file}`,
    // The server writes too, so this waits for its turn; and SQLite checks foreign keys only when told to.
    sql: (statement) =>
      run('sqlite3', ['-cmd', '.timeout 5000', '-cmd', 'pragma foreign_keys = on', file, statement]),
    drop: () => {},
  };
}

function postgres(): Database {
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

/** The address of a PostgreSQL to make databases in. Without one the tests say so, and fail under CI=true. */
export function findPostgres(): string | undefined {
  // Playwright reads its configuration again in each worker: they get the first answer.
  process.env.END2END_POSTGRES ??= places().find(answers) ?? missing();
  return process.env.END2END_POSTGRES || undefined;
}

function places(): string[] {
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
  // --no-password: fail where a password is missing, rather than ask for it and wait.
  const quiet = ['--no-psqlrc', '--no-password', '--quiet', '--tuples-only', '--no-align'];
  return run('psql', [...quiet, '--set=ON_ERROR_STOP=1', url, '--command', statement]);
}

function run(tool: string, words: string[]): string {
  const environment = { ...process.env, PGCONNECT_TIMEOUT: '5' };
  return execFileSync(tool, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: environment }).trim();
}
