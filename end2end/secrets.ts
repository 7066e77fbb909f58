// Secrets that no log may hold. The tests record each cookie, form token and password that they use; after the last
// test, logs.ts searches for them in all server logs.

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { APIRequestContext, BrowserContext, Request } from '@playwright/test';

/** 48 bytes, for the tests only. */
export const SESSION_SECRET = 'cGxheXdyaWdodCBydW5zIHdpdGggdGhpcywgbm90IGFueWJvZHkgZWxzZSE4NDIw';

/** Playwright empties this folder before the first test. */
const FILE = join(__dirname, 'test-results', 'secrets.txt');
/** Shorter values, like the word "password", can occur in a log for other reasons. */
const MIN_LENGTH = 12;

type Kind = 'cookie' | 'form token' | 'password';

/** Returns all recorded secrets, in each encoding that a log could have. */
export function recorded(): Record<Kind | 'session id', string[]> {
  const lines = existsSync(FILE) ? readFileSync(FILE, 'utf8').split('\n') : [];
  const kept = lines.filter(Boolean).map((line) => JSON.parse(line) as [Kind, string]);
  const all = (wanted: Kind) => [...new Set(kept.flatMap(([kind, secret]) => (kind === wanted ? [secret] : [])))];
  return {
    cookie: all('cookie').flatMap(partsOf).flatMap(encodings),
    'session id': all('cookie').flatMap(sessionIds),
    'form token': all('form token').flatMap(encodings),
    password: all('password').flatMap(encodings),
  };
}

/** Records the fields of all forms that this browser sends. */
export function recordForms(browser: BrowserContext): void {
  browser.on('request', (request) => recordFields(fieldsOf(request)));
}

/** Records the secrets among the fields of a form. */
export function recordFields(fields: Iterable<[string, string]>): void {
  for (const [name, value] of fields) {
    if (name === 'csrf_token' || name === 'token') record('form token', value); // of a form, of a link
    else if (name.includes('password') || name === 'recovery_code') record('password', value);
  }
}

/** Records the current cookies of a browser. */
export async function recordCookies(browser: BrowserContext | APIRequestContext): Promise<void> {
  const { cookies } = await browser.storageState();
  // Those of the provider in oidc-provider.ts begin with an underscore.
  for (const { name, value } of cookies) if (!name.startsWith('_')) record('cookie', value);
}

function record(kind: Kind, secret: string): void {
  if (secret.length < MIN_LENGTH) return;
  mkdirSync(dirname(FILE), { recursive: true });
  appendFileSync(FILE, `${JSON.stringify([kind, secret])}\n`);
}

function fieldsOf(request: Request): Iterable<[string, string]> {
  return request.method() === 'POST' ? new URLSearchParams(request.postData() ?? '') : [];
}

/** Returns a cookie encoded and decoded, its signature and its value. */
function partsOf(cookie: string): string[] {
  const signed = decodeURIComponent(cookie);
  const { signature, value } = /^(?<signature>.{43}=)(?<value>.+)$/.exec(signed)?.groups ?? {};
  if (!signature || !value) throw new Error(`this cookie is not signed as ours are: ${cookie}`);
  return [cookie, signed, signature, value];
}

/** Returns the id in the session cookie, in both formats that its library prints; none for other cookies. */
function sessionIds(cookie: string): string[] {
  const id = /=([\w-]{22})(\.[a-z]+)*$/.exec(decodeURIComponent(cookie))?.[1];
  if (!id) return [];
  const bytes = Buffer.from(id, 'base64url');
  return [id, String((bytes.readBigInt64LE(8) << 64n) + bytes.readBigUInt64LE(0))];
}

function encodings(secret: string): string[] {
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  return [secret, encodeURIComponent(secret), inForm];
}
