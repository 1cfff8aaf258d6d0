import { normalizeTarget } from './request-target.js';

describe('The target of a request is a path in one spelling', () => {
  it.each([
    ['/oauth/token', '/oauth/token'],
    ['/oauth/token?a=%41#%41', '/oauth/token?a=%41#%41'],
    ['http://b.example.com/oauth/token?a=http://c', '/oauth/token?a=http://c'],
    ['HTTPS://b.example.com:8443/%6fauth/%74oken?a=%41', '/oauth/token?a=%41'],
    ['http://b.example.com', '/'],
    ['http://b.example.com?a=1', '/?a=1'],
    ['http://b.example.com#a', '/#a'],
    ['/%2F%25%7E%7e%2d%2E%5F%30%39%41%5A%61%7A%zz%', '/%2F%25~~-._09AZaz%zz%'],
    ['/%2541', '/%2541'],
    ['/%c3%a9', '/%c3%a9'],
    ['//b.example.com/x', '//b.example.com/x'],
    ['/http://b.example.com/', '/http://b.example.com/'],
    ['ftp://b.example.com/', 'ftp://b.example.com/'],
    ['*', '*'],
  ])('%s', (target, normalized) => {
    expect(normalizeTarget(target)).toBe(normalized);
  });
});
