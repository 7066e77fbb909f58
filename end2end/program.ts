// The program under test, and the site that was built with it.

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

/** Returns the program under test: APP_BINARY, or else the latest build that matches the built site. */
export function program(): string {
  if (process.env.APP_BINARY) return resolve(ROOT, process.env.APP_BINARY);
  const built = ['release', 'debug'].map((profile) => join(ROOT, 'target', profile, leptos('bin-target')));
  const [newest] = built.filter(matchesSite).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!newest) throw new Error('there is no program to test: run `cargo leptos build`');
  return newest;
}

/** Returns the debug build, and settings with which it serves the stylesheet of the release build. */
export function debugProgram() {
  const { LEPTOS_OUTPUT_NAME: name, LEPTOS_SITE_ROOT: built, LEPTOS_SITE_PKG_DIR: folder } = siteSettings();
  const stylesheet = readdirSync(join(built, folder)).find((file) => file.endsWith('.css'));
  const root = mkdtempSync(join(tmpdir(), 'site-'));
  mkdirSync(join(root, folder));
  copyFileSync(join(built, folder, stylesheet ?? ''), join(root, folder, `${name}.css`));
  const binary = join(ROOT, 'target', 'debug', leptos('bin-target'));
  return { binary, settings: { LEPTOS_SITE_ROOT: root } };
}

/** Whether the program under test is a release build. */
export function isRelease(): boolean {
  return program().split('/').includes('release');
}

/** Settings of Leptos, which the program reads from the environment. */
export function siteSettings() {
  return {
    LEPTOS_OUTPUT_NAME: leptos('output-name'),
    LEPTOS_SITE_ROOT: join(ROOT, leptos('site-root')),
    LEPTOS_SITE_PKG_DIR: leptos('site-pkg-dir'),
  };
}

/** Whether a program exists and matches the stylesheet: if its name has a hash, only one program does. */
function matchesSite(binary: string): boolean {
  if (!existsSync(binary)) return false;
  const { LEPTOS_OUTPUT_NAME: name, LEPTOS_SITE_ROOT: root, LEPTOS_SITE_PKG_DIR: folder } = siteSettings();
  const hasStylesheet = (hash: string) => existsSync(join(root, folder, `${name}${hash}.css`));
  if (hasStylesheet('')) return true;
  const hashes = join(dirname(binary), 'hash.txt');
  const hash = existsSync(hashes) ? /^css: (.*)$/m.exec(readFileSync(hashes, 'utf8'))?.[1] : undefined;
  return hash !== undefined && hasStylesheet(`.${hash}`);
}

/** Returns the first `key = "…"` of the project's Cargo.toml. */
function leptos(key: string): string {
  const manifest = readFileSync(join(ROOT, 'Cargo.toml'), 'utf8');
  const value = new RegExp(`^${key} = "(.*)"`, 'm').exec(manifest)?.[1];
  if (value === undefined) throw new Error(`Cargo.toml has no ${key}`);
  return value;
}
