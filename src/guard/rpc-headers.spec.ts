import { headersOfMessage, headersOfWebSocket } from './rpc-headers.js';

const BEARER = 'Bearer token';
const FOUND = ['authorization', BEARER];

/** Headers as a library of its own keeps them, such as those of NATS. */
function lookUp(...values: unknown[]): { get(name: string): unknown } {
  return { get: (name) => (name === 'authorization' ? values : []) };
}

describe('The credential of a message is read', () => {
  it.each<[string, unknown, unknown]>([
    ['gRPC metadata', { ...lookUp(BEARER), getMap: () => ({}) }, {}],
    ['the headers of NATS', { getHeaders: () => lookUp(BEARER) }, {}],
    ['the headers of Kafka', { getMessage: () => ({ headers: { authorization: Buffer.from(BEARER) } }) }, {}],
    ['the headers of RabbitMQ', { getMessage: () => ({ properties: { headers: { authorization: BEARER } } }) }, {}],
    ['the data of TCP and Redis', { getPattern: () => 'orders' }, { metadata: { authorization: BEARER } }],
    ['the data of a WebSocket', undefined, { metadata: { authorization: BEARER } }],
  ])('from %s', (_, context, data) => {
    expect(headersOfMessage(context, data)).toEqual(FOUND);
  });

  it('from each of its headers', () => {
    const metadata = { 'x-api-key': 'a', 'x-authorization': ['b', 'c'], other: 'd' };
    expect(headersOfMessage(undefined, { metadata })).toEqual([
      ...['x-authorization', 'b', 'x-authorization', 'c'],
      ...['x-api-key', 'a'],
    ]);
  });

  it.each<[string, unknown, unknown]>([
    ['Kafka', { getMessage: () => ({ headers: { Authorization: Buffer.from(BEARER) } }) }, {}],
    ['RabbitMQ', { getMessage: () => ({ properties: { headers: { AUTHORIZATION: BEARER } } }) }, {}],
    [
      'NATS',
      {
        getHeaders: () => ({
          keys: () => ['Authorization'],
          get: (name: string) => (name === 'Authorization' ? BEARER : ''),
        }),
      },
      {},
    ],
    ['a map', { getHeaders: () => new Map([['Authorization', BEARER]]) }, {}],
    ['TCP', { getPattern: () => 'orders' }, { metadata: { Authorization: BEARER } }],
  ])('in any letter case, which %s leaves as it was written', (_, context, data) => {
    expect(headersOfMessage(context, data)).toEqual(FOUND);
  });

  it('under two names that differ in letter case alone', () => {
    expect(headersOfMessage(undefined, { metadata: { authorization: 'a', Authorization: 'b' } })).toEqual([
      ...['authorization', 'a', 'authorization', 'b'],
    ]);
  });

  it.each([
    undefined,
    null,
    'text',
    5,
    [],
    {},
    { metadata: 'text' },
    { metadata: null },
    { metadata: { authorization: {} } },
  ])('not from data without one: %j', (data) => {
    expect(headersOfMessage(undefined, data)).toEqual([]);
  });

  it('not from the data of a transport that has headers: a caller fills in the data', () => {
    const data = { metadata: { authorization: BEARER } };
    expect(headersOfMessage({ ...lookUp(), getMap: () => ({}) }, data)).toEqual([]);
  });
});

describe('The credential of a WebSocket message is read', () => {
  const data = { metadata: { authorization: 'Bearer of the data' } };
  const handshake = { headers: { host: 'x' }, auth: { authorization: BEARER } };

  it.each<[string, object, unknown, readonly string[]]>([
    ['the headers of the handshake', { handshake: { ...handshake, headers: { authorization: BEARER } } }, data, FOUND],
    ['the auth of the handshake, which is all that a browser can send', { handshake }, data, FOUND],
    [
      'the request that was upgraded',
      { upgradeReq: { rawHeaders: ['Authorization', BEARER] } },
      data,
      ['Authorization', BEARER],
    ],
    [
      'the data, after a handshake without one',
      { handshake: { headers: { host: 'x' } } },
      data,
      ['authorization', 'Bearer of the data'],
    ],
    [
      'the data, after an upgrade without one',
      { upgradeReq: { rawHeaders: ['Host', 'x'] } },
      data,
      ['authorization', 'Bearer of the data'],
    ],
    ['the data of a client of which nothing was kept', {}, data, ['authorization', 'Bearer of the data']],
    ['nowhere else', {}, 'text', []],
  ])('from %s', (_, client, sent, expected) => {
    expect(headersOfWebSocket(client, sent)).toEqual(expected);
  });
});
