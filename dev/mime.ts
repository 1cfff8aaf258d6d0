/** Header fields by their names in lower case; of several with one name, the first. */
export type Headers = ReadonlyMap<string, string>;

const FIELD = /^([!-9;-~]+):[ \t]*(.*)$/;
const ENCODED_WORD = /=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=/gi;

/** Separates the header of a message, or of a part of one, from its body (RFC 5322, section 2). */
export function readHeaders(source: Buffer): { readonly headers: Headers; readonly body: Buffer } {
  const end = /\r?\n\r?\n/.exec(source.toString('latin1'));
  const [length, next] = end === null ? [source.length, source.length] : [end.index, end.index + end[0].length];
  const unfolded = source
    .subarray(0, length)
    .toString('utf8')
    .replace(/\r?\n(?=[ \t])/g, '');
  const headers = new Map<string, string>();
  for (const line of unfolded.split(/\r?\n/)) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name !== undefined && value !== undefined && !headers.has(name.toLowerCase()))
      headers.set(name.toLowerCase(), value);
  }
  return { headers, body: source.subarray(next) };
}

/** What a body holds (RFC 2045 and 2046): a text, or parts, or what a page cannot show. */
export function readBody(
  headers: Headers,
  body: Buffer,
): { readonly type: string; readonly text?: string; readonly children: readonly Buffer[] } {
  const content = headers.get('content-type') ?? 'text/plain';
  const type = (/^[^;\s]+/.exec(content)?.[0] ?? 'text/plain').toLowerCase();
  if (type.startsWith('multipart/')) return { type, children: partsOf(body, parameter(content, 'boundary') ?? '') };
  if (!type.startsWith('text/')) return { type, children: [] };
  const bytes = decodeTransfer(body, headers.get('content-transfer-encoding') ?? '7bit');
  return { type, text: decodeText(bytes, parameter(content, 'charset') ?? 'utf-8'), children: [] };
}

/** The text of a header field with encoded words (RFC 2047). */
export function decodeWords(value: string): string {
  return value
    .replace(/\?=[ \t]+=\?/g, '?==?')
    .replace(ENCODED_WORD, (_, charset: string, encoding: string, text: string) => {
      const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : quoted(text.replace(/_/g, ' '));
      return decodeText(bytes, charset);
    });
}

function parameter(field: string, name: string): string | undefined {
  const [, inQuotes, plain] = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(field) ?? [];
  return inQuotes ?? plain;
}

function partsOf(body: Buffer, boundary: string): Buffer[] {
  const marked = body.toString('latin1').split(`--${boundary}`);
  return marked
    .slice(1)
    .filter((part) => /^[ \t]*\r?\n/.test(part))
    .map((part) => Buffer.from(part.replace(/^[ \t]*\r?\n/, '').replace(/\r?\n$/, ''), 'latin1'));
}

function decodeTransfer(body: Buffer, encoding: string): Buffer {
  const name = encoding.trim().toLowerCase();
  if (name === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  return name === 'quoted-printable' ? quoted(body.toString('latin1').replace(/=[ \t]*\r?\n/g, '')) : body;
}

function quoted(text: string): Buffer {
  const bytes = text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

function decodeText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A name of a charset that nobody knows.
    return bytes.toString('utf8');
  }
}
