// Databases for the tests: an empty one for each server, and a way to run SQL on it.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { postgres } from './postgres';

export type DatabaseKind = 'sqlite' | 'postgres';

/** An empty database that only one test server uses. */
export interface Database {
  kind: DatabaseKind;
  /** Value of the server's DATABASE_URL. */
  url: string;
  /** Runs one statement in the database's command-line tool; returns its output. */
  sql(statement: string): string;
  drop(): void;
}

/** Makes an empty database; an SQLite file is made in `folder`. */
export function create(kind: DatabaseKind, folder: string): Database {
  return kind === 'postgres' ? postgres() : sqlite(folder);
}

/** The command-line tool for `sql`. */
export const TOOLS = { sqlite: 'sqlite3', postgres: 'psql' } as const;

/** Whether the tool for `sql` is installed. */
export function hasTool(kind: DatabaseKind): boolean {
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
    // The timeout is for the server's own writes. SQLite checks foreign keys only if the pragma is on.
    sql: (statement) =>
      run('sqlite3', ['-cmd', '.timeout 5000', '-cmd', 'pragma foreign_keys = on', file, statement]),
    drop: () => {},
  };
}

/** Runs a command-line tool; returns its output. */
export function run(tool: string, words: string[]): string {
  return execFileSync(tool, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
