// The product, running for the tests: on a free port, with a database of its own and none of the developer's
// settings.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, type Kind, create } from './database';

const ROOT = resolve(__dirname, '..');
const PATIENCE = 30_000;
/** 48 bytes for the tests; no product may use it. */
const SECRET = 'cGxheXdyaWdodCBydW5zIHdpdGggdGhpcywgbm90IGFueWJvZHkgZWxzZSE4NDIw';

export class Server {
  private process?: ChildProcess;
  private lines: string[] = [];

  private constructor(
    readonly url: string,
    readonly database: Database,
    private readonly folder: string,
  ) {}

  /** Starts the product on an empty database. */
  static async start(kind: Kind): Promise<Server> {
    // The program looks for .env in the folder it runs in and those above: here is none.
    const folder = mkdtempSync(join(tmpdir(), 'end2end-'));
    const server = new Server(`http://127.0.0.1:${await freePort()}`, create(kind, folder), folder);
    await server.run();
    return server;
  }

  /** Stops the program and starts it again, as a deployment does. */
  async restart(): Promise<void> {
    await this.halt();
    await this.run();
  }

  /** Stops the program and removes its database. */
  async stop(): Promise<void> {
    await this.halt();
    this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Opens the admin area to somebody, as an operator does: by the command. */
  grantAdmin(email: string): void {
    execFileSync(program(), ['admin', 'grant', email], { ...this.surroundings(), stdio: 'pipe' });
  }

  /** What the program has written so far. */
  log(): string {
    return this.lines.join('');
  }

  private async run(): Promise<void> {
    const child = spawn(program(), ['serve'], { ...this.surroundings(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => this.lines.push(String(text)));
    process.once('exit', () => child.kill());
    const end = Date.now() + PATIENCE;
    while (!(await this.answers())) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`the server did not start:\n${this.log()}`);
      await pause(25);
    }
  }

  private async halt(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill();
    // A browser that keeps its connection open would make a polite server wait for it.
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

  private surroundings() {
    const env = {
      PATH: process.env.PATH,
      RUST_LOG: process.env.RUST_LOG ?? 'info,sqlx=warn',
      APP_ENV: 'test',
      DATABASE_URL: this.database.url,
      SESSION_SECRET: SECRET,
      PUBLIC_URL: this.url,
      LEPTOS_SITE_ADDR: new URL(this.url).host,
      LEPTOS_OUTPUT_NAME: setting('output-name'),
      LEPTOS_SITE_ROOT: join(ROOT, setting('site-root')),
      LEPTOS_SITE_PKG_DIR: setting('site-pkg-dir'),
    };
    return { cwd: this.folder, env };
  }
}

/** The program under test: APP_BINARY, else the one built last of those that the built site belongs to. */
function program(): string {
  if (process.env.APP_BINARY) return resolve(ROOT, process.env.APP_BINARY);
  const built = ['release', 'debug'].map((profile) => join(ROOT, 'target', profile, setting('name'))).filter(belongs);
  const [newest] = built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!newest) throw new Error('there is no program to test: run `cargo leptos build`');
  return newest;
}

/** Whether a program is there and knows the stylesheet there is: with a hash in its name, only one program does. */
function belongs(binary: string): boolean {
  if (!existsSync(binary)) return false;
  const stylesheet = (hash: string) =>
    join(ROOT, setting('site-root'), setting('site-pkg-dir'), `${setting('output-name')}${hash}.css`);
  if (existsSync(stylesheet(''))) return true;
  const hashes = join(dirname(binary), 'hash.txt');
  const hash = existsSync(hashes) ? /^css: (.*)$/m.exec(readFileSync(hashes, 'utf8'))?.[1] : undefined;
  return hash !== undefined && existsSync(stylesheet(`.${hash}`));
}

/** The first `key = "…"` of the project's Cargo.toml. */
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
