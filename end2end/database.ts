// Databases for the tests: an empty one for each server, and a way to run SQL on it.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** `create` makes an empty database; a file is made in `folder`. */
export interface DatabaseKind {
  create(folder: string): Database;
}

/** An empty database that only one test server uses. */
export interface Database {
  /** The command-line tool that runs SQL. */
  tool: string;
  /** Value of the server's DATABASE_URL. */
  url: string;
  /** Runs one statement; returns its output. */
  sql(statement: string): string;
  drop(): void;
}

export const sqlite: DatabaseKind = {
  create(folder) {
    const file = join(folder, 'app.db');
    // The timeout is for the server's own writes. SQLite checks foreign keys only if the pragma is on.
    const options = ['-cmd', '.timeout 5000', '-cmd', 'pragma foreign_keys = on'];
    return {
      tool: 'sqlite3',
      url: `sqlite:${file}`,
      sql: (statement) => run('sqlite3', [...options, file, statement]),
      drop: () => {},
    };
  },
};

export function isInstalled(tool: string): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a command-line tool; returns its output. */
export function run(tool: string, args: string[]): string {
  return execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
