// The document of the API is valid OpenAPI, and schemathesis finds no answer of the server that it does not describe.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '../fixtures';
import { hasPython, pythonTools } from '../python';
import { clientTokens } from '../pages/api';
import { signUpFast } from '../users';

const CONFIG = resolve(__dirname, '..', 'schemathesis.toml');
const MISSING = 'this machine has no python3 with venv (Debian: python3-venv), which checks the contract of the API';

test.use({ settings: clientTokens });

test('the server keeps the contract of its document', async ({ page, server }, info) => {
  if (process.env.CI !== 'true') test.skip(!hasPython(), MISSING);
  if (!hasPython()) throw new Error(MISSING);
  test.setTimeout(240_000);
  const tools = pythonTools();
  const run = async (tool: string, ...words: string[]) => {
    const done = promisify(execFile)(join(tools, tool), words, { cwd: info.outputPath(), maxBuffer: 64 << 20 });
    return done.catch((error) => {
      throw new Error(`${tool} failed:\n${error.stdout}${error.stderr}`);
    });
  };
  const document = info.outputPath('openapi.json');
  const text = await (await page.request.get('/api/openapi.json')).text();
  writeFileSync(document, text);
  await run('openapi-spec-validator', document);

  const { email, password } = await signUpFast(page);
  const pair = await page.request.post('/api/tokens', { data: { email, password } });
  expect(pair.status()).toBe(201);
  const { access_token: token } = await pair.json();
  const options = ['--header', `Authorization: Bearer ${token}`, '--max-examples', '10', '--no-color'];
  const address = `${server.url}/api/openapi.json`;
  const { stdout } = await run('st', '--config-file', CONFIG, 'run', address, ...options, '--seed', '1');
  // All but the one that returns the document.
  const operations = Object.values(JSON.parse(text).paths as object[]).flatMap(Object.keys).length - 1;
  expect(stdout).toContain(`Tested: ${operations}\n`);
});
