import type { IncomingMessage } from 'node:http';
import { REQUEST_ID_HEADER, requestIdsBehind } from './request-id.js';

const PROXY = '192.0.2.7';

function request(id: string | undefined, remoteAddress = PROXY): IncomingMessage {
  const headers = id === undefined ? {} : { [REQUEST_ID_HEADER]: id };
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('The id of a request', () => {
  const idOf = requestIdsBehind([PROXY]);

  test.each(['a', '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', 'Root=1-67891233-abcdef012345678912345678', '7b3f#12'])(
    'is that of a trusted proxy: %s',
    (id) => {
      expect(idOf(request(id))).toBe(id);
      expect(idOf(request(id, `::ffff:${PROXY}`))).toBe(id);
    },
  );

  test.each([
    ['a stranger', 'a', '198.51.100.7'],
    ['an empty one', ''],
    ['a blank', 'a b'],
    ['two of them', 'a, b'],
    ['the end of a line', 'a\nb'],
    ['a quotation mark', 'a"b'],
    ['a letter beyond ASCII', 'ä'],
    ['more than 64 characters', 'a'.repeat(65)],
    ['an auth header', 'ep_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['a JWT', `${'a'.repeat(30)}.${'b'.repeat(60)}.${'c'.repeat(43)}`],
  ])('is ours for %s', (_, id, address = PROXY) => {
    expect(idOf(request(id, address))).toMatch(/^[\w-]{8}-\w+$/);
  });

  test('is ours without a trusted proxy, whatever the client sends', () => {
    const one = requestIdsBehind([]);
    expect(one(request('a'))).toMatch(/^[\w-]{8}-1$/);
    expect(one(request(undefined))).toMatch(/^[\w-]{8}-2$/);
  });

  test('differs between two processes', () => {
    expect(requestIdsBehind([])(request(undefined))).not.toBe(requestIdsBehind([])(request(undefined)));
  });
});
