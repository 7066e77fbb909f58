// Runs the product for the tests: on a free port, with its own database and without the developer's settings. Its
// output goes to a log that is searched for secrets at the end.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database, DatabaseKind } from './database';
import { LOGS } from './logs';
import { Mailbox } from './mailbox';
import { program, siteSettings } from './program';
import { SESSION_SECRET } from './secrets';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 3000;

/** Settings of the product that are not the default. */
export type Settings = Record<string, string>;

export class Server {
  private process?: ChildProcess;
  private readonly logFile: string;

  private constructor(
    readonly url: string,
    readonly database: Database,
    readonly mailbox: Mailbox,
    private readonly folder: string,
    private readonly settings: Settings,
    private readonly binary: string,
  ) {
    mkdirSync(LOGS, { recursive: true });
    this.logFile = join(LOGS, `${basename(folder)}.log`);
  }

  /** Starts the product on an empty database. `host` is the host name in the browser. */
  static async start(kind: DatabaseKind, host: string, settings: Settings, binary = program()): Promise<Server> {
    // The program looks for .env in its folder and the parents: this folder has none.
    const folder = mkdtempSync(join(tmpdir(), 'end2end-'));
    const url = `http://${host}:${await freePort()}`;
    const server = new Server(url, kind.create(folder), await Mailbox.open(), folder, settings, binary);
    await server.run();
    return server;
  }

  /** Restarts the program, as a deployment does. */
  async restart(): Promise<void> {
    await this.stopProcess();
    await this.run();
  }

  /** Stops the program and removes its database. */
  async stop(): Promise<void> {
    await this.stopProcess();
    this.database.drop();
    await this.mailbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes a user an admin by the command, as an operator does. */
  grantAdmin(email: string): void {
    const start = this.logSize();
    const { status } = this.withLog((stdio) =>
      spawnSync(this.binary, ['admin', 'grant', email], { ...this.environment(), stdio }),
    );
    if (status !== 0) throw new Error(`\`admin grant\` failed:\n${this.log(start)}`);
  }

  /** Returns the number of bytes that the program has written so far. */
  logSize(): number {
    return existsSync(this.logFile) ? statSync(this.logFile).size : 0;
  }

  /** Returns the output since then. */
  log(since = 0): string {
    return readFileSync(this.logFile).subarray(since).toString();
  }

  private async run(): Promise<void> {
    const start = this.logSize();
    const child = this.withLog((stdio) => spawn(this.binary, ['serve'], { ...this.environment(), stdio }));
    this.process = child;
    process.once('exit', () => child.kill());
    const end = Date.now() + START_TIMEOUT_MS;
    while (!(await this.answers())) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`the server did not start:\n${this.log(start)}`);
      await pause(25);
    }
  }

  /** Starts a program and appends its output to the log. */
  private withLog<Started>(start: (stdio: ['ignore', number, number]) => Started): Started {
    const log = openSync(this.logFile, 'a');
    try {
      return start(['ignore', log, log]);
    } finally {
      closeSync(log);
    }
  }

  private async stopProcess(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill();
    // A graceful shutdown would wait for browsers that keep their connection open.
    const timeout = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(timeout);
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health`)).ok;
    } catch {
      return false;
    }
  }

  private environment() {
    const env = {
      ...siteSettings(),
      LEPTOS_SITE_ADDR: `127.0.0.1:${new URL(this.url).port}`,
      PATH: process.env.PATH,
      RUST_LOG: 'debug',
      APP_ENV: 'test',
      DATABASE_URL: this.database.url,
      SESSION_SECRET,
      PUBLIC_URL: this.url,
      SMTP_URL: this.mailbox.url,
      // All tests share one address, and the rate limits would stop them: each test is a client of this proxy.
      TRUSTED_PROXIES: '127.0.0.1',
      ...this.settings,
    };
    return { cwd: this.folder, env };
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
