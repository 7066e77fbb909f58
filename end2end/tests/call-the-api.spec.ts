// The client of docs/guides/call-the-api.md, as it is there, against the real server.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page, TestInfo } from '@playwright/test';
import { expect, sql, test } from '../fixtures';
import { clientTokens } from '../pages/api';
import type { Server } from '../server';
import { signUpFast } from '../users';

const ROOT = resolve(__dirname, '..', '..');

test.use({ settings: clientTokens });

interface Tokens {
  access_token: string;
  refresh_token: string;
}

/** Checks the types of the code in the guide, compiles it and loads it. */
async function guide(info: TestInfo) {
  const text = readFileSync(resolve(ROOT, 'docs/guides/call-the-api.md'), 'utf8');
  const [block, ...others] = [...text.matchAll(/```ts\n(.*?)```/gs)].map((found) => found[1]);
  if (block === undefined || others.length > 0) throw new Error('the guide has not one block of TypeScript');
  const file = info.outputPath('api-client.mts');
  writeFileSync(file, block);
  const options = ['--ignoreConfig', '--strict', '--target', 'es2022', '--module', 'preserve', '--lib', 'es2022,dom'];
  execFileSync(resolve(ROOT, 'node_modules/.bin/tsc'), [...options, '--types', '', file]);
  return import(file.replace(/mts$/, 'mjs'));
}

/** A client of a new user that is logged in, with what it sent and where its tokens are. */
async function loggedIn(page: Page, server: Server, info: TestInfo) {
  const { ApiClient, LogInRefused } = await guide(info);
  const user = await signUpFast(page);
  let tokens: Tokens | undefined;
  const store = {
    read: async () => tokens,
    write: async (changed: Tokens | undefined) => void (tokens = changed),
    expire: () => {
      if (tokens) tokens = { ...tokens, access_token: `${tokens.access_token.slice(0, -5)}xxxxx` };
    },
  };
  const seen = { logIns: 0, requests: [] as string[] };
  const client = new ApiClient(server.url, store, () => (seen.logIns += 1));
  await client.logIn(user.email, user.password);
  const original = globalThis.fetch;
  globalThis.fetch = async (address, init) => {
    seen.requests.push(`${init?.method ?? 'GET'} ${new URL(String(address)).pathname}`);
    return original(address, init);
  };
  return { client, store, seen, user, LogInRefused, restore: () => (globalThis.fetch = original) };
}

test('the client refreshes once on 401, replays once, and goes to the log-in when it is refused', async ({ page, server }, info) => {
  const { client, store, seen, user, LogInRefused, restore } = await loggedIn(page, server, info);
  try {
    const me = await client.request('/api/account/me');
    expect([(await me.json()).email, seen.requests]).toEqual([user.email, ['GET /api/account/me']]);

    store.expire();
    seen.requests.length = 0;
    const note = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"title":"Once","body":""}' };
    expect((await client.request('/api/notes', note)).status).toBe(201);
    expect(seen.requests).toEqual(['POST /api/notes', 'POST /api/tokens/refresh', 'POST /api/notes']);
    expect((await (await client.request('/api/notes')).json()).items).toHaveLength(1);

    store.expire();
    seen.requests.length = 0;
    const together = await Promise.all([1, 2, 3].map(() => client.request('/api/account/me')));
    expect(together.map((response) => response.status)).toEqual([200, 200, 200]);
    expect(seen.requests.filter((one) => one.endsWith('/refresh'))).toHaveLength(1);

    sql(server, 'delete from sessions');
    seen.requests.length = 0;
    await expect(client.request('/api/account/me')).rejects.toThrow('The user must log in.');
    expect(seen.requests).toEqual(['GET /api/account/me', 'POST /api/tokens/refresh']);
    expect([seen.logIns, await store.read()]).toEqual([1, undefined]);
    await expect(client.request('/api/account/me')).rejects.toThrow('The user must log in.');

    await expect(client.logIn(user.email, 'wrong')).rejects.toThrow(LogInRefused);
    await client.logIn(user.email, user.password);
    const old = await store.read();
    await client.logOut();
    expect(await store.read()).toBeUndefined();
    await store.write(old);
    await expect(client.request('/api/account/me')).rejects.toThrow('The user must log in.');
  } finally {
    restore();
  }
});
