import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { directionOf } from '../i18n/locales.js';
import type { MailText } from './mail-text.js';

const PAGE = 'margin:0 auto;max-width:36em;padding:1em;font:16px/1.5 sans-serif';
const CODE = 'font-family:monospace;overflow-wrap:anywhere';
const SMALL = 'font-size:14px;color:#555';

/**
 * A mail as HTML. It loads nothing, since a remote picture tells when and where a mail was read. Its link is there as text too, so
 * that its reader sees where it leads.
 */
export function mailHtmlOf(text: MailText): string {
  return `<!doctype html>\n${renderToString(<MailPage text={text} />)}\n`;
}

function MailPage({ text }: { readonly text: MailText }): VNode {
  const { locale, subject, before, link, token, facts, after } = text;
  return (
    <html lang={locale} dir={directionOf(locale)}>
      <head>
        <meta charset="utf-8" />
        <title>{subject}</title>
      </head>
      <body style={PAGE}>
        {before.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        {link !== undefined && (
          <p dir="ltr">
            <a href={link} style={CODE}>
              {link}
            </a>
          </p>
        )}
        {token !== undefined && (
          <p dir="ltr" style={CODE}>
            {token}
          </p>
        )}
        <p style={SMALL}>
          {facts.map((fact) => (
            <span key={fact}>
              {fact}
              <br />
            </span>
          ))}
        </p>
        {after.map((paragraph) => (
          <p key={paragraph} style={SMALL}>
            {paragraph}
          </p>
        ))}
      </body>
    </html>
  );
}
