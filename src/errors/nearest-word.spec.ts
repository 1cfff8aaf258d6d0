import { nearestWord } from './nearest-word.js';

const FIELDS = ['username', 'email', 'firstname', 'lastname', 'password', 'passwordExpires', 'roles', 'id', 'scopes'];

describe('The word that was probably meant', () => {
  it.each([
    ['Username', 'username'],
    ['user_name', 'username'],
    ['usrename', 'username'],
    ['user', 'username'],
    ['e-mail', 'email'],
    ['mail', 'email'],
    ['emailAddress', 'email'],
    ['first_name', 'firstname'],
    ['pasword', 'password'],
    ['PasswordExpiration', 'passwordExpires'],
    ['role', 'roles'],
    ['scope', 'scopes'],
    ['ID', 'id'],
  ])('for %s is %s', (text, meant) => {
    expect(nearestWord(text, FIELDS)).toBe(meant);
  });

  it.each(['', 'page', 'x', 'ip', 'constructor', 'x'.repeat(10_000)])('is none for %s', (text) => {
    expect(nearestWord(text, FIELDS)).toBeUndefined();
  });
});
