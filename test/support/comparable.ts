/** The headers of an answer without those that name this one answer: its time and its id. */
export function comparableHeaders(headers: Iterable<readonly [string, string]>): (readonly [string, string])[] {
  return [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id');
}

/** Raw answers without their time, and with their ids replaced, so that they are compared but for these. */
export function comparableText(received: string): string {
  return received.replaceAll(/^date: .*\r\n/gim, '').replaceAll(REQUEST_ID, 'x-request-id: (id)');
}

const REQUEST_ID = /^x-request-id: [\w-]{8}-[0-9a-z]+$/gim;
