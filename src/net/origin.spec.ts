import { originOf } from './origin.js';

const networkOf = (ip: string): string => originOf({ ip, headers: {} }).network;
const from = (ip: string, userAgent?: string) =>
  originOf({ ip, headers: userAgent === undefined ? {} : { 'user-agent': userAgent } });

describe('The origin of a request', () => {
  it('has its address, its network and its client', () => {
    expect(from('192.0.2.7', 'curl/8.5.0')).toEqual({
      ip: '192.0.2.7',
      network: '192.0.2.7',
      userAgent: 'curl/8.5.0',
    });
  });

  it.each(['::ffff:192.0.2.7', '192.0.2.7:50000', '"192.0.2.7"'])('is the same however it is written: %s', (ip) => {
    expect(from(ip)).toMatchObject({ ip: '192.0.2.7', network: '192.0.2.7' });
  });

  it.each(['', 'nonsense', '0xc0000207', '3221225991', 'x'.repeat(5000)])(
    'is one unknown for all that is no address: %j',
    (ip) => {
      expect(from(ip)).toMatchObject({ ip: 'unknown', network: 'unknown' });
    },
  );

  it('truncates the client name, which is empty without a User-Agent', () => {
    expect(from('192.0.2.7', 'x'.repeat(2000)).userAgent).toBe('x'.repeat(255));
    expect(from('192.0.2.7').userAgent).toBe('');
  });
});

describe('A network', () => {
  it('is the address itself for IPv4', () => {
    expect(networkOf('192.0.2.7')).not.toBe(networkOf('192.0.2.8'));
  });

  it.each([
    ['2001:db8:0:7::1', '2001:db8:0:7::2'],
    ['2001:db8:0:7::1', '2001:DB8:0000:0007:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1'],
    ['2001:db8::1', '2001:db8::'],
    ['::1', '0:0:0:0:0:0:0:2'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
  ])('is the same for two addresses of one IPv6 /64: %s and %s', (one, other) => {
    expect(networkOf(one)).toBe(networkOf(other));
  });

  it.each([
    ['2001:db8:0:7::1', '2001:db8:0:8::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['2001:db8:1::', '2001:db8:10::'],
    ['::1', '1::1'],
    ['64:ff9b::1', '64:ff9b:1::1'],
  ])('differs for addresses of different networks: %s and %s', (one, other) => {
    expect(networkOf(one)).not.toBe(networkOf(other));
  });

  it('fits its column', () => {
    expect(networkOf('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff').length).toBeLessThanOrEqual(45);
  });
});
