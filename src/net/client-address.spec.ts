import type { IncomingMessage } from 'node:http';
import { clientAddressReader } from './client-address.js';

/** The client of a request that came over the peer, with what the proxies on its way wrote. */
function clientOf(peer: string | undefined, forwarded: string | undefined, ...trusted: string[]): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientAddressReader(trusted)({ headers, socket: { remoteAddress: peer } } as unknown as IncomingMessage);
}

describe('The address a request comes from', () => {
  it('is the peer’s where nobody is trusted, whatever it sends', () => {
    expect(clientOf('::ffff:192.0.2.7', '203.0.113.7')).toBe('192.0.2.7');
    expect(clientOf('192.0.2.7', '203.0.113.7', '10.0.0.0/8')).toBe('192.0.2.7');
    expect(clientOf(undefined, '203.0.113.7', '10.0.0.0/8')).toBe('unknown');
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:50000', '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7:50000', '203.0.113.7'],
    // What a client claims of itself stands to the left of what its proxy says.
    ['203.0.113.7, 10.0.0.1:443', '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7:50000, 10.0.0.2:80, "[::ffff:10.0.0.1]:443"', '203.0.113.7'],
    ['[2001:db8::1]:443,10.0.0.1', '2001:db8::1'],
    // A chain of trusted proxies alone: the one furthest away.
    ['10.0.0.2:80, 10.0.0.1:443', '10.0.0.2'],
    ['', '10.9.9.9'],
    [' , ', '10.9.9.9'],
  ])('is what trusted proxies say: %s', (forwarded, address) => {
    expect(clientOf('10.9.9.9', forwarded, '10.0.0.0/8')).toBe(address);
    expect(clientOf('::ffff:10.9.9.9', forwarded, '192.0.2.1', '10.0.0.0/8')).toBe(address);
  });

  it.each(['0xcb007107', '3405803783', 'nobody', '203.0.113.7 10.0.0.1', 'x'.repeat(5000), '203.0.113.7, nonsense'])(
    'is unknown where what they say is no address, and not the one before it: %s',
    (forwarded) => {
      expect(clientOf('10.9.9.9', forwarded, '10.0.0.0/8')).toBe('unknown');
    },
  );

  it('is believed of everybody where everybody is trusted', () => {
    expect(clientOf('192.0.2.1', '203.0.113.7', '0.0.0.0/0')).toBe('203.0.113.7');
    expect(clientOf('2001:db8::1', '203.0.113.7', '0.0.0.0/0')).toBe('2001:db8::1');
  });
});
