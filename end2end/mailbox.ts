// A real mail server for the tests, and the emails that it received.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const EMAIL_TIMEOUT_MS = 20_000;

export interface Email {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export class Mailbox {
  private readonly emails: Email[] = [];

  private constructor(private readonly server: SMTPServer) {}

  /** Starts a mail server on a free port. */
  static async open(): Promise<Mailbox> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => {
        box.take(stream).then(() => done(), done);
      },
    });
    const box = new Mailbox(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return box;
  }

  private async take(stream: AsyncIterable<Buffer>): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const email = await PostalMime.parse(Buffer.concat(chunks));
    const { subject = '', text = '', html = '' } = email;
    this.emails.push({ to: email.to?.[0]?.address ?? '', subject, text, html });
  }

  /** Address of the server, for the product's settings. */
  get url(): string {
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}?tls=none`;
  }

  /** Waits for and returns the last email to this address with this subject. */
  async last(to: string, subject: RegExp): Promise<Email> {
    const end = Date.now() + EMAIL_TIMEOUT_MS;
    for (;;) {
      const found = this.to(to).findLast((email) => subject.test(email.subject));
      if (found) return found;
      if (Date.now() > end) throw new Error(`no email to ${to} about ${subject}: ${JSON.stringify(this.to(to))}`);
      await pause(50);
    }
  }

  /** Returns all emails to this address, oldest first. */
  to(address: string): Email[] {
    return this.emails.filter(({ to }) => to === address);
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}

/** Returns the address of the link in an email. */
export function linkOf(email: Email): string {
  const link = /https?:\/\/\S+/.exec(email.text)?.[0];
  if (!link) throw new Error(`no link in this email:\n${email.text}`);
  return link;
}
