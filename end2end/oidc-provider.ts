// A correct provider of OpenID Connect: npm's `oidc-provider`, with its own pages for log-in and agreement.

import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type Server as HttpServer, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';

const CLIENT_ID = 'product';
const CLIENT_SECRET = 'a-secret-for-tests-of-single-sign-on';

/** What the provider says about its users. */
interface Account {
  email: string;
  email_verified: boolean;
}

export class OidcProvider {
  readonly accounts = new Map<string, Account>();
  /** The address of the product, which starts later. */
  product = '';

  private constructor(
    readonly issuer: string,
    private readonly http: HttpServer,
  ) {}

  static async start(): Promise<OidcProvider> {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const provider = new OidcProvider(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, http);
    await provider.rotateKeys();
    return provider;
  }

  /** Continues with other keys, and without its sessions. */
  async rotateKeys(): Promise<void> {
    const { Provider } = await import('oidc-provider');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ format: 'jwk' });
    const provider = new Provider(this.issuer, {
      clients: [this.client()],
      jwks: { keys: [{ ...key, kid: `key-${Date.now()}`, alg: 'RS256', use: 'sig' }] },
      claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], profile: ['name'] },
      findAccount: (_: unknown, id: string) => this.account(id),
      features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
      // The library's own dispatcher refuses addresses of this machine.
      fetch: (url: string | URL | Request, { method, headers, body }: RequestInit = {}) => fetch(url, { method, headers, body }),
      cookies: { keys: ['a key for tests'] },
    });
    provider.on('backchannel.error', (_: unknown, error: Error) => console.error(error));
    this.http.removeAllListeners('request');
    this.http.on('request', provider.callback());
  }

  private account(id: string) {
    const account = this.accounts.get(id);
    return account && { accountId: id, claims: () => ({ sub: id, name: `${id} at Corp`, ...account }) };
  }

  private client() {
    return {
      grant_types: ['authorization_code', 'refresh_token'],
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [`${this.product}/login/with/corp/callback`],
      post_logout_redirect_uris: [`${this.product}/login`],
      backchannel_logout_uri: `${this.product}/login/with/corp/log-out`,
      backchannel_logout_session_required: true,
    };
  }

  /** Registers the product at this address. */
  async register(product: string): Promise<void> {
    if (this.product === product) return;
    this.product = product;
    await this.rotateKeys();
  }

  async stop(): Promise<void> {
    this.http.close();
    this.http.closeAllConnections();
  }

  settings(): Record<string, string> {
    return {
      OIDC_PROVIDERS: 'corp',
      OIDC_CORP_NAME: 'Corp',
      OIDC_CORP_ISSUER: this.issuer,
      OIDC_CORP_CLIENT_ID: CLIENT_ID,
      OIDC_CORP_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_CORP_CHECK_MINUTES: '60',
    };
  }
}

/** Fills in the log-in page of the provider, and agrees if it asks for that. */
export async function logInAtProvider(page: Page, id: string): Promise<void> {
  await page.locator('[name=login]').fill(id);
  await page.locator('[name=password]').fill('any password');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.waitForLoadState();
  const agree = page.getByRole('button', { name: 'Continue', exact: true });
  if ((await agree.count()) > 0) await agree.click();
}
