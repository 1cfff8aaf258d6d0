import { validateSync } from 'class-validator';
import { IsCidrList, isCovered, isInRanges, isWithin } from './ip-ranges.js';

class Listed {
  @IsCidrList()
  list: unknown;
}

const isList = (list: unknown): boolean => validateSync(Object.assign(new Listed(), { list })).length === 0;

describe('A list of addresses and networks', () => {
  it.each([
    [[]],
    [['192.0.2.7']],
    [['192.0.2.0/24', '10.0.0.0/8']],
    [['0.0.0.0/0', '::/0']],
    [['192.0.2.7/32']],
    [['2001:db8::/32', '::1', '2001:DB8::1/128']],
    [['::ffff:192.0.2.7']],
    [['::ffff:192.0.2.0/120', '::ffff:0:0/90']],
  ])('is %j', (list) => {
    expect(isList(list)).toBe(true);
  });

  it.each([
    ['192.0.2.7'],
    [null],
    [undefined],
    [{}],
    [['']],
    [['localhost']],
    [['192.0.2']],
    [['192.0.2.007']],
    [['192.0.2.256']],
    [['192.0.2.0/33']],
    [['192.0.2.0/']],
    [['192.0.2.0/-1']],
    [['192.0.2.0/+8']],
    [['192.0.2.0/8.0']],
    [['192.0.2.0/1e1']],
    [['192.0.2.0/8/8']],
    [['192.0.2.0/255.255.255.0']],
    [['2001:db8::/129']],
    [['2001:db8:::1']],
    [[' 192.0.2.7']],
    [['192.0.2.7:443']],
    [['[2001:db8::1]']],
    [['fe80::1%eth0']],
    [['fe80::%eth0/64']],
    [['192.0.2.7', 1]],
    [[['192.0.2.7']]],
  ])('is not %j', (list) => {
    expect(isList(list)).toBe(false);
  });
});

describe('An address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.255', '192.0.2.0/24'],
    ['192.0.2.255', '192.0.2.9/24'],
    ['198.51.100.1', '0.0.0.0/0'],
    ['2001:db8::1', '2001:DB8:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1'],
    ['192.0.2.7', '::ffff:192.0.2.7'],
    ['192.0.2.7', '::ffff:c000:200/120'],
    ['198.51.100.1', '::ffff:0:0/96'],
    ['2001:db8::1', '::/0'],
  ])('%s is in %s', (ip, entry) => {
    expect(isInRanges(ip, ['203.0.113.9', entry])).toBe(true);
    expect(isInRanges(ip, [entry, '203.0.113.9'])).toBe(true);
  });

  it.each([
    ['192.0.2.8', '192.0.2.7'],
    ['192.0.3.0', '192.0.2.0/24'],
    ['2001:db8::1', '0.0.0.0/0'],
    ['2001:db8:0:1::1', '2001:db8::/64'],
    // A mapped address is IPv4, so no wider IPv6 network contains it.
    ['192.0.2.7', '::/0'],
    ['192.0.2.7', '::/64'],
    ['192.0.2.7', '::ffff:0:0/90'],
  ])('%s is not in %s', (ip, entry) => {
    expect(isInRanges(ip, [entry])).toBe(false);
  });

  it.each([
    '',
    'unknown',
    '192.0.2',
    '192.0.2.7:443',
    '[2001:db8::1]',
    '192.0.2.7, 192.0.2.8',
    '0xc0000207',
    '3221225991',
  ])('that cannot be parsed, such as %j, is in no range', (ip) => {
    expect(isInRanges(ip, ['0.0.0.0/0', '::/0'])).toBe(false);
  });

  it('is not in an empty list, nor in a range that cannot be parsed', () => {
    expect(isInRanges('192.0.2.7', [])).toBe(false);
    expect(isInRanges('192.0.2.7', ['everything', '*', '192.0.2.7/33'])).toBe(false);
  });
});

describe('A network', () => {
  it.each([
    ['10.1.0.0/16', '10.0.0.0/8'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.9.9.9/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['0:0::1', '::1'],
    ['2001:DB8::/48', '2001:db8::/32'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['::ffff:c000:0200/120', '192.0.2.0/24'],
    ['192.0.2.0/25', '::ffff:192.0.2.0/120'],
    ['0.0.0.0/0', '::ffff:0:0/96'],
    ['::ffff:0:0/95', '::/0'],
  ])('%s is within %s', (inner, outer) => {
    expect(isWithin(inner, ['203.0.113.9', outer])).toBe(true);
    expect(isWithin(inner, [outer, '203.0.113.9'])).toBe(true);
  });

  it.each([
    ['10.0.0.0/8', '10.1.0.0/16'],
    ['10.0.0.0/7', '10.0.0.0/8'],
    ['11.0.0.0/16', '10.0.0.0/8'],
    ['192.0.2.0/31', '192.0.2.0'],
    // `::/0` admits no IPv4 client, so what it passes on must not either.
    ['0.0.0.0/0', '::/0'],
    ['::/0', '0.0.0.0/0'],
    ['::ffff:0:0/95', '0.0.0.0/0'],
    ['::192.0.2.7', '192.0.2.7'],
    ['2001:db8::/31', '2001:db8::/32'],
    ['everywhere', '::/0'],
    ['10.0.0.0/33', '::/0'],
    ['10.1.2.3', '10.0.0.0/33'],
  ])('%s is not within %s', (inner, outer) => {
    expect(isWithin(inner, [outer])).toBe(false);
  });

  it('is not within an empty list', () => {
    expect(isWithin('10.1.2.3', [])).toBe(false);
  });
});

describe('A network is covered', () => {
  it.each([
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['10.0.0.0/8', ['0.0.0.0/0']],
    ['10.0.0.0/8', ['10.128.0.0/9', '192.0.2.1', '10.0.0.0/9']],
    ['10.0.0.0/31', ['10.0.0.1', '10.0.0.0/32']],
    ['0.0.0.0/0', ['::ffff:0:0/97', '128.0.0.0/1', '128.0.0.0/2']],
    ['::/0', ['::/2', '4000::/2', '8000::/1']],
  ])('%s by %j', (network, list) => {
    expect(isCovered(network, list)).toBe(true);
    expect(isCovered(network, [...list].reverse())).toBe(true);
  });

  it.each([
    ['10.0.0.0/8', []],
    ['10.0.0.0/8', ['10.0.0.0/9', '10.0.0.1/9']],
    ['10.0.0.0/8', ['10.0.0.0/9', '10.0.0.0/10', '10.64.0.0/10']],
    ['10.0.0.0/8', ['10.0.0.0/9', '11.0.0.0/9']],
    ['0.0.0.0/0', ['::/1', '8000::/1']],
    ['nowhere', ['0.0.0.0/0']],
  ])('%s, and not by %j', (network, list) => {
    expect(isCovered(network, list)).toBe(false);
  });
});
