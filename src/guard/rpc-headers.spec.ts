import { headersOfMessage } from './rpc-headers.js';

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
