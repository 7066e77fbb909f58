// A real mail server for the tests, and what came to it.

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

  /** Opens one on a free port. */
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

  /** Where it is, as the product is told. */
  get url(): string {
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}?tls=none`;
  }

  /** The last mail to this address about this, once it is there. */
  async last(to: string, subject: RegExp): Promise<Mail> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = this.to(to).findLast((mail) => subject.test(mail.subject));
      if (found) return found;
      if (Date.now() > end) throw new Error(`no mail to ${to} about ${subject}: ${JSON.stringify(this.to(to))}`);
      await pause(50);
    }
  }

  /** All mails to this address, the first one first. */
  to(email: string): Mail[] {
    return this.mails.filter((mail) => mail.to === email);
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}

/** Where the link of a mail leads. */
export function linkOf(mail: Mail): string {
  const link = /https?:\/\/\S+/.exec(mail.text)?.[0];
  if (!link) throw new Error(`no link in this mail:\n${mail.text}`);
  return link;
}
