import { h } from 'preact';
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
export function mailHtmlOf({ locale, subject, before, link, token, facts, after }: MailText): string {
  const head = h('head', null, h('meta', { charset: 'utf-8' }), h('title', null, subject));
  const lines = facts.map((fact) => h('span', { key: fact }, fact, h('br', null)));
  const body = h(
    'body',
    { style: PAGE },
    before.map((paragraph) => h('p', { key: paragraph }, paragraph)),
    link === undefined ? null : h('p', { dir: 'ltr' }, h('a', { href: link, style: CODE }, link)),
    token === undefined ? null : h('p', { dir: 'ltr', style: CODE }, token),
    h('p', { style: SMALL }, lines),
    after.map((paragraph) => h('p', { key: paragraph, style: SMALL }, paragraph)),
  );
  const page = h('html', { lang: locale, dir: directionOf(locale) }, head, body);
  return `<!doctype html>\n${renderToString(page)}\n`;
}
