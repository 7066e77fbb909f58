// Runs the product for the tests: on a free port, with its own database and without the developer's settings. Its
// output goes to a log that is searched for secrets at the end.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, type DatabaseKind, create } from './database';
import { LOGS } from './logs';
import { Mailbox } from './mailbox';
import { SESSION_SECRET } from './secrets';

const ROOT = resolve(__dirname, '..');
const START_TIMEOUT_MS = 30_000;

export class Server {
  private process?: ChildProcess;
  private readonly logFile: string;

  private constructor(
    readonly url: string,
    readonly database: Database,
    readonly mailbox: Mailbox,
    private readonly folder: string,
  ) {
    mkdirSync(LOGS, { recursive: true });
    this.logFile = join(LOGS, `${basename(folder)}.log`);
  }

  /** Starts the product on an empty database. `host` is the host name in the browser. */
  static async start(kind: DatabaseKind, host = '127.0.0.1'): Promise<Server> {
    // The program looks for .env in its folder and the parents: this folder has none.
    const folder = mkdtempSync(join(tmpdir(), 'end2end-'));
    const server = new Server(`http://${host}:${await freePort()}`, create(kind, folder), await Mailbox.open(), folder);
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
      spawnSync(program(), ['admin', 'grant', email], { ...this.environment(), stdio }),
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
    const child = this.withLog((stdio) => spawn(program(), ['serve'], { ...this.environment(), stdio }));
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
    const impatient = setTimeout(() => child.kill('SIGKILL'), 3000);
    await gone;
    clearTimeout(impatient);
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
      PATH: process.env.PATH,
      RUST_LOG: 'debug',
      LOG_FORMAT: this.database.kind === 'postgres' ? 'json' : 'text', // both are searched
      APP_ENV: 'test',
      DATABASE_URL: this.database.url,
      SESSION_SECRET,
      // Lets each test have its own IP address: see fixtures.ts.
      TRUSTED_PROXIES: '127.0.0.1',
      PUBLIC_URL: this.url,
      SMTP_URL: this.mailbox.url,
      // Most tests are not about the verification of the address.
      UNVERIFIED_MAY: 'everything',
      LEPTOS_SITE_ADDR: `127.0.0.1:${new URL(this.url).port}`,
      MAGIC_LINKS: 'true',
      LEPTOS_OUTPUT_NAME: setting('output-name'),
      LEPTOS_SITE_ROOT: join(ROOT, setting('site-root')),
      LEPTOS_SITE_PKG_DIR: setting('site-pkg-dir'),
    };
    return { cwd: this.folder, env };
  }
}

/** Returns the program under test: APP_BINARY, or else the latest build that matches the built site. */
export function program(): string {
  if (process.env.APP_BINARY) return resolve(ROOT, process.env.APP_BINARY);
  const built = ['release', 'debug'].map((profile) => join(ROOT, 'target', profile, setting('bin-target'))).filter(belongs);
  const [newest] = built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!newest) throw new Error('there is no program to test: run `cargo leptos build`');
  return newest;
}

/** Whether the program under test is a release build. */
export function isRelease(): boolean {
  return program().split('/').includes('release');
}

/** Whether a program exists and matches the stylesheet: if its name has a hash, only one program does. */
function belongs(binary: string): boolean {
  if (!existsSync(binary)) return false;
  const stylesheet = (hash: string) =>
    join(ROOT, setting('site-root'), setting('site-pkg-dir'), `${setting('output-name')}${hash}.css`);
  if (existsSync(stylesheet(''))) return true;
  const hashes = join(dirname(binary), 'hash.txt');
  const hash = existsSync(hashes) ? /^css: (.*)$/m.exec(readFileSync(hashes, 'utf8'))?.[1] : undefined;
  return hash !== undefined && existsSync(stylesheet(`.${hash}`));
}

/** Returns the first `key = "…"` of the project's Cargo.toml. */
function setting(key: string): string {
  const manifest = readFileSync(join(ROOT, 'Cargo.toml'), 'utf8');
  const value = new RegExp(`^${key} = "(.*)"`, 'm').exec(manifest)?.[1];
  if (value === undefined) throw new Error(`Cargo.toml has no ${key}`);
  return value;
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
