import { accepts, acceptsJson } from './accepts-json.js';

describe('acceptsJson', () => {
  it.each([
    undefined,
    '',
    ' ',
    ' , ,',
    '*/*',
    'application/*',
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;odata=verbose',
    'Application/JSON; version=1; indent=2',
    'application/json;charset=iso-8859-1, text/html',
    'application/json;q=0.001',
    'text/html, */*;q=0.1',
    'text/html,application/json',
    'text/*;q=0, application/json',
    'text/html,'.repeat(1600),
  ])('is true for %j', (accept) => {
    expect(acceptsJson(accept)).toBe(true);
  });

  it.each([
    'text/html',
    'text/*',
    'application/xml',
    'application/jsonp',
    'application/json;q=0',
    'application/json;version=1;q=0',
    'application/json;q=0, */*;q=1',
    'application/*;q=0, */*',
    'nonsense',
  ])('is false for %s', (accept) => {
    expect(acceptsJson(accept)).toBe(false);
  });
});

describe('accepts', () => {
  it.each([
    ['text/plain', 'text/plain', true],
    ['Text/Plain;version=0.0.4;q=0.5', 'text/plain', true],
    ['text/*', 'text/plain', true],
    ['application/jwk-set+json', 'application/jwk-set+json', true],
    ['application/json', 'application/jwk-set+json', false],
    ['text/plain;q=0, */*;q=0', 'text/plain', false],
  ])('of %s and %s is %s', (accept, type, expected) => {
    expect(accepts(accept, type)).toBe(expected);
  });
});
