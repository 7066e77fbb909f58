// A real mail server for the tests, and the emails that it received.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const PATIENCE = 20_000;

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export class Mailbox {
  private readonly mails: Mail[] = [];

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
    const mail = await PostalMime.parse(Buffer.concat(chunks));
    const { subject = '', text = '', html = '' } = mail;
    this.mails.push({ to: mail.to?.[0]?.address ?? '', subject, text, html });
  }

  /** Address of the server, for the product's settings. */
  get url(): string {
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}?tls=none`;
  }

  /** Waits for and returns the last email to this address with this subject. */
  async last(to: string, subject: RegExp): Promise<Mail> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = this.to(to).findLast((mail) => subject.test(mail.subject));
      if (found) return found;
      if (Date.now() > end) throw new Error(`no mail to ${to} about ${subject}: ${JSON.stringify(this.to(to))}`);
      await pause(50);
    }
  }

  /** Returns all emails to this address, oldest first. */
  to(email: string): Mail[] {
    return this.mails.filter((mail) => mail.to === email);
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}

/** Returns the address of the link in an email. */
export function linkOf(mail: Mail): string {
  const link = /https?:\/\/\S+/.exec(mail.text)?.[0];
  if (!link) throw new Error(`no link in this mail:\n${mail.text}`);
  return link;
}
