import { decodeWords, readBody, readHeaders, type Headers } from './mime.js';

/** A mail that the sink has received. */
export interface MailMessage {
  /** Its number, from 1. */
  readonly id: number;
  readonly received: Date;
  readonly from: string;
  /** The recipients of the envelope, which need not be those of the `To` header. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** As it was received. */
  readonly source: string;
}

type Envelope = Pick<MailMessage, 'id' | 'received' | 'from' | 'to'>;

/** The message of a mail (RFC 5322). A mail that cannot be read is shown by its source alone. */
export function readMessage(source: Buffer, envelope: Envelope): MailMessage {
  const { headers, body } = readHeaders(source);
  const parts = new Map<string, string>();
  collect(headers, body, parts);
  return {
    ...envelope,
    subject: decodeWords(headers.get('subject') ?? ''),
    text: parts.get('text/plain'),
    html: parts.get('text/html'),
    source: source.toString('utf8'),
  };
}

/** The first part of each type. */
function collect(headers: Headers, body: Buffer, parts: Map<string, string>): void {
  const { type, children, text } = readBody(headers, body);
  if (!parts.has(type) && text !== undefined) parts.set(type, text);
  for (const child of children) {
    const part = readHeaders(child);
    collect(part.headers, part.body, parts);
  }
}
