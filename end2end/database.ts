// Databases for the tests: an empty one for each server, and SQL typed into it by hand.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { postgres } from './postgres';

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
  return kind === 'postgres' ? postgres() : sqlite(folder);
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

/** Runs a command-line tool; answers what it prints. */
export function run(tool: string, words: string[]): string {
  return execFileSync(tool, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
