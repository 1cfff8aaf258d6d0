import { message, type Message } from '../i18n/message.js';

/** A token of JSON (RFC 8259, sections 2, 6 and 7), after blanks. */
const TOKEN =
  /[ \t\n\r]*(?:(?<text>"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(?<value>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))|(?<mark>[{}[\],:])|(?<end>$))/y;

/** What may come next. */
type Expected = 'value' | 'name' | 'colon' | 'after value' | 'end';

/** A string without its end. */
const OPEN_STRING = /"(?:[ !#-[\]-\uffff]|\\.)*\\?$/y;

/** Where a text stops being JSON, in words; undefined if it is JSON. */
export function mistakeIn(text: string): Message | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  /** Whether the token before is the bracket that opens: only then may the closing one follow at once. */
  let previous = '';
  TOKEN.lastIndex = 0;
  for (;;) {
    const at = TOKEN.lastIndex;
    const { text: string, value, mark, end } = TOKEN.exec(text)?.groups ?? {};
    const token = string === undefined ? (value ?? mark) : '"';
    const next: Expected | undefined = token === undefined ? undefined : followerOf(token, expected, previous, open);
    if (next === undefined) {
      if (end === undefined) return describe(text, at, previous);
      return expected === 'end' ? undefined : message('malformed_json_end');
    }
    [expected, previous] = [next, token ?? ''];
  }
}

/** What may follow a token; undefined if the token may not stand there. `open` gets and loses the brackets that are open. */
function followerOf(token: string, expected: Expected, previous: string, open: string[]): Expected | undefined {
  const closes = token === '}' ? '{' : token === ']' ? '[' : undefined;
  if (closes !== undefined) {
    if (open.at(-1) !== closes || (expected !== 'after value' && previous !== closes)) return undefined;
    open.pop();
    return open.length === 0 ? 'end' : 'after value';
  }
  if (token === '{' || token === '[') {
    if (expected !== 'value') return undefined;
    open.push(token);
    return token === '{' ? 'name' : 'value';
  }
  if (token === ':') return expected === 'colon' ? 'value' : undefined;
  if (token === ',') return expected !== 'after value' ? undefined : open.at(-1) === '{' ? 'name' : 'value';
  if (expected === 'name') return token === '"' ? 'colon' : undefined;
  if (expected !== 'value') return undefined;
  return open.length === 0 ? 'end' : 'after value';
}

function describe(text: string, from: number, previous: string): Message {
  const blanks = /[ \t\n\r]*/y;
  blanks.lastIndex = from;
  blanks.exec(text);
  const at = blanks.lastIndex;
  const before = text.slice(0, at);
  const place = { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
  const found = text[at] ?? '';
  OPEN_STRING.lastIndex = at;
  if (OPEN_STRING.test(text)) return message('malformed_json_end');
  if (previous === ',' && (found === '}' || found === ']')) return message('malformed_json_comma', place);
  if (`'’‘“”\``.includes(found)) return message('malformed_json_quote', place);
  return message('malformed_json_at', place);
}
