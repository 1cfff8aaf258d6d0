import { knownPath, nearestPath } from './nearest-path.js';

const PATHS = [
  '/',
  '/docs',
  '/swagger',
  '/openapi.json',
  '/:locale/api/v1/accounts/login',
  '/user/login',
  '/user/me',
  '/user/list',
  '/authheader/list',
  '/oauth/token',
  '/api/kittens/:id',
  '/kittens/:id',
  '/auth/verify',
  '/auth/verify/*',
].map(knownPath);

describe('The path that was probably meant', () => {
  it.each([
    ['/user/me/', '/user/me'],
    ['//user/me', '/user/me'],
    ['/User/Me', '/user/me'],
    ['/users/me', '/user/me'],
    ['/user/lgoin', '/user/login'],
    ['/auth-header/list', '/authheader/list'],
    ['/auth_headers/list', '/authheader/list'],
    ['/login', '/user/login'],
    ['/v1/user/me', '/user/me'],
    ['/token', '/oauth/token'],
    ['/doc', '/docs'],
    ['/kitten/2', '/kittens/{id}'],
    ['/api/kitens/2', '/api/kittens/{id}'],
    ['/de/api/v1/account/login', '/{locale}/api/v1/accounts/login'],
    ['/en/api/v1/accounts/login/', '/{locale}/api/v1/accounts/login'],
  ])('for %s is %s', (path, meant) => {
    expect(nearestPath(path, PATHS)).toBe(meant);
  });

  it.each(['/', '//', '/list', '/nothing', '/user', '/a/b/c', '/wp-login.php', '/2', `/user/me${'/'.repeat(300)}`])(
    'is none for %s',
    (path) => {
      expect(nearestPath(path, PATHS)).toBeUndefined();
    },
  );
});
