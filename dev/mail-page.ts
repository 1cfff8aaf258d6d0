import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen, LOOPBACK } from './listen.js';
import type { MailMessage } from './mail-message.js';
import type { MailSink } from './mail-sink.js';

/** The frame of a mail inherits this: nothing of a mail runs, and none of its pictures is fetched. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'";

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
  table { width: 100%; border-collapse: collapse; }
  th, td { padding: .4rem .6rem; text-align: start; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  iframe { width: 100%; height: 32rem; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); background: #fff; }`;

/** The pages that show what a {@link MailSink} has received. */
export class MailPage {
  private readonly server: Server;

  constructor(private readonly sink: MailSink) {
    this.server = createServer((request, response) => {
      this.answer(request, response);
    });
  }

  /** @returns the port. @throws DevelopmentError if it cannot listen */
  listen(port: number): Promise<number> {
    return listen(this.server, port, '--mail-port');
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => {
      this.server.close(() => {
        done();
      });
    });
  }

  private answer({ url = '/', headers: { host = '' } }: IncomingMessage, response: ServerResponse): void {
    // A page elsewhere whose name leads to this machine (DNS rebinding) would read the links in the mails.
    if (!/^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(host)) {
      send(response, 421, page('Another host', `<p>These pages are at ${LOOPBACK} only.</p>`));
      return;
    }
    const number = /^\/(\d+)$/.exec(url)?.[1];
    const message = this.sink.messages.find(({ id }) => String(id) === number);
    if (url === '/') send(response, 200, listOf(this.sink.messages));
    else if (message !== undefined) send(response, 200, pageOf(message));
    else send(response, 404, page('Not found', '<p>There is no such mail. <a href="/">All mails</a></p>'));
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

function listOf(messages: readonly MailMessage[]): string {
  const rows = messages.map(
    ({ id, received, to, subject }) =>
      `<tr><td><a href="/${id}">${escape(subject) || '(no subject)'}</a></td><td>${escape(to.join(', '))}</td>` +
      `<td><time>${received.toISOString().slice(0, 19)}Z</time></td></tr>`,
  );
  const table = `<table><thead><tr><th>Subject</th><th>To</th><th>Received</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return page('Mails', rows.length === 0 ? '<p>No mail yet. Reload the page after one was sent.</p>' : table);
}

function pageOf({ from, to, received, subject, text, html, source }: MailMessage): string {
  const shown = [
    `<p><a href="/">All mails</a></p>`,
    `<p>From ${escape(from)} to ${escape(to.join(', '))}, ${received.toISOString().slice(0, 19)}Z</p>`,
    ...(text === undefined ? [] : [`<h2>Text</h2><pre>${withLinks(text)}</pre>`]),
    ...(html === undefined ? [] : [`<h2>HTML</h2>${frameOf(html)}`]),
    `<details><summary>Source</summary><pre>${escape(source)}</pre></details>`,
  ];
  return page(subject || '(no subject)', shown.join('\n'));
}

/** A link opens in a tab of its own: no page of the server may be framed. */
function frameOf(html: string): string {
  const document = `<base target="_blank">${html}`;
  const sandbox = 'allow-popups allow-popups-to-escape-sandbox';
  return `<iframe title="The HTML part" sandbox="${sandbox}" srcdoc="${escape(document)}"></iframe>`;
}

function withLinks(text: string): string {
  return escape(text).replace(/\bhttps?:\/\/[^\s<>()]+/g, (url) => `<a href="${url}" target="_blank">${url}</a>`);
}

function page(title: string, content: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>`;
  return `<!doctype html><html lang="en"><head>${head}<style>${STYLE}</style></head><body><h1>${escape(title)}</h1>${content}</body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
