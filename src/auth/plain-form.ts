import type { IncomingMessage } from 'node:http';
import { type Form, FORM_TYPE } from '../http/form-body.js';

/** What a token with the id and secret of a client takes, many times over. */
const MAX_LENGTH = 4096;
const CONTENT_TYPES: readonly (string | undefined)[] = [
  FORM_TYPE,
  `${FORM_TYPE};charset=UTF-8`,
  `${FORM_TYPE};charset=utf-8`,
];
/** A parameter whose name and value mean themselves: nothing in them is encoded. */
const PARAMETER = /^(\w+)=([\w.~-]+)$/;

/** The length of a body that is a form to be read on the fast path; undefined for any other, which the parsers have to look at. */
export function plainFormLength({ headers }: IncomingMessage): number | undefined {
  if (!CONTENT_TYPES.includes(headers['content-type']) || headers['transfer-encoding'] !== undefined) return undefined;
  if (headers.expect !== undefined) return undefined;
  const text = headers['content-length'] ?? '';
  const length = Number(text);
  return String(length) === text && length > 0 && length <= MAX_LENGTH ? length : undefined;
}

/** The parameters of a form, as the parser of forms reads them; undefined if it is one that takes more to read. */
export function readPlainForm(text: string): Form | undefined {
  const form: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const parameter of text.split('&')) {
    const [, name, value] = PARAMETER.exec(parameter) ?? [];
    if (name === undefined || value === undefined || name in form) return undefined;
    form[name] = value;
  }
  return form.token === undefined ? undefined : form;
}
