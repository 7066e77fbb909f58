// Forms that are sent without a page, for tests of other features.

import type { APIRequestContext, APIResponse, Page } from '@playwright/test';
import { expect } from './fixtures';
import { recordCookies, recordFields } from './secrets';

/**
 * Posts the fields of the form at `path` without opening its page. Follows no redirect: flash messages wait for a page.
 */
export async function post(
  request: APIRequestContext,
  path: string,
  fields: Record<string, string> = {},
): Promise<APIResponse> {
  const form = { ...fields, csrf_token: await formToken(request) };
  const answer = await request.post(path, { form, maxRedirects: 0 });
  recordFields(Object.entries(form));
  await recordCookies(request);
  expect(answer.status(), `${path} takes ${JSON.stringify(fields)}`).toBe(200);
  return answer;
}

/** Returns a form token that is valid in this browser: every page with a form has one. */
async function formToken(request: APIRequestContext): Promise<string> {
  // Marked as a background request, so that pending messages remain for the next visible page.
  const page = await (await request.get('/login', { headers: { 'x-background': 'yes' } })).text();
  const token = /name="csrf_token" value="([^"]+)"/.exec(page)?.[1];
  if (!token) throw new Error(`no form with a token on this page:\n${page}`);
  return token;
}

/** Consumes the pending messages, so that they do not appear on the tested page. */
export async function clearFlashes(page: Page): Promise<void> {
  await page.request.get('/', { headers: { accept: 'text/html' } });
}

/** Opens `path`, fills in the fields by their labels and returns the button. */
export async function fillIn(page: Page, path: string, fields: Record<string, string>, button: string) {
  await page.goto(path);
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
  return page.getByRole('button', { name: button, exact: true });
}
