import { SMTPServer } from 'smtp-server';
import { listen } from './listen.js';
import { type MailMessage, readMessage } from './mail-message.js';

/** More are forgotten, the oldest first. */
const MAX_MESSAGES = 500;

/** An SMTP server that delivers nothing: it keeps what it receives in memory, for a page to show. */
export class MailSink {
  private readonly received: MailMessage[] = [];
  private readonly server: SMTPServer;
  private count = 0;

  constructor() {
    this.server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          const to = rcptTo.map(({ address }) => address);
          this.count += 1;
          this.received.unshift(readMessage(Buffer.concat(chunks), { id: this.count, received: new Date(), from, to }));
          this.received.splice(MAX_MESSAGES);
          done();
        });
      },
    });
    // A client that hangs up ends its own connection only.
    this.server.on('error', () => undefined);
  }

  /** The messages, newest first. */
  get messages(): readonly MailMessage[] {
    return this.received;
  }

  /** @returns the port. @throws Error naming the option if it cannot listen */
  listen(port: number): Promise<number> {
    return listen(this.server.server, port, '--smtp-port');
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.server.close(done);
    });
  }
}
