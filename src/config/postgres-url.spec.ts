import { InvalidSetting } from './invalid-setting.js';
import { readDatabaseUrl } from './database-url.js';

const PASSWORD = 's3cret';

describe('The URL of a PostgreSQL database', () => {
  it('names a user, a host, a port and a database; percent signs in it are read', () => {
    expect(readDatabaseUrl('postgres://us%65r:p%40ss%2Fw%23rd@db.example.com:6432/per%20sonas')).toEqual({
      kind: 'postgres',
      host: 'db.example.com',
      port: 6432,
      user: 'user',
      password: 'p@ss/w#rd',
      database: 'per sonas',
      tls: 'verify-full',
    });
  });

  it.each([
    ['postgresql://u@127.0.0.1/d', { host: '127.0.0.1', port: 5432, password: undefined, tls: 'disable' }],
    ['postgres://u@localhost/d', { host: 'localhost', tls: 'disable' }],
    ['postgres://u@[::1]:5433/d', { host: '::1', port: 5433, tls: 'disable' }],
    ['postgres://u@%2Frun%2Fpostgresql/d', { host: '/run/postgresql', tls: 'disable' }],
    ['postgres://u@10.0.0.7/d', { tls: 'verify-full' }],
    ['postgres://u@[2001:db8::1]/d', { host: '2001:db8::1', tls: 'verify-full' }],
    ['postgres://u@localhost.example.com/d', { tls: 'verify-full' }],
    ['postgres://u@127.0.0.1.example.com/d', { tls: 'verify-full' }],
    ['postgres://u@10.0.0.7/d?sslmode=disable', { tls: 'disable' }],
    ['postgres://u@10.0.0.7/d?sslmode=require', { tls: 'require' }],
    ['postgres://u@localhost/d?sslmode=verify-full', { tls: 'verify-full' }],
  ])('%s', (url, expected) => {
    expect(readDatabaseUrl(url)).toMatchObject(expected);
  });

  it.each([
    [`postgres://u:${PASSWORD}@h/d?sslmode=prefer`, 'sslmode=disable, require, verify-full'],
    [`postgres://u:${PASSWORD}@h/d?sslmode=verify-ca`, 'sslmode=disable, require, verify-full'],
    [`postgres://u:${PASSWORD}@h/d?sslmode=VERIFY-FULL`, 'sslmode=disable, require, verify-full'],
    [`postgres://u:${PASSWORD}@h/d?sslrootcert=/etc/ca.pem`, 'DATABASE_CA_FILE'],
    [`postgres://u:${PASSWORD}@h/d?options=-c%20search_path=x`, 'no options'],
    [`postgres://u:${PASSWORD}@h/d?password=${PASSWORD}`, 'no options'],
    [`postgres://u:${PASSWORD}@h/`, 'one database'],
    [`postgres://u:${PASSWORD}@h`, 'one database'],
    [`postgres://u:${PASSWORD}@h/d/e`, 'one database'],
    [`postgres://:${PASSWORD}@h/d`, 'a user'],
    ['postgres://h/d', 'a user'],
    [`postgres://u:${PASSWORD}@/d`, 'must'],
    [`postgres://u:${PASSWORD}@h1:5432,h2:5432/d`, 'must look like'],
    [`postgres://u:${PASSWORD}@h1,h2/d`, 'one host'],
    [`postgres://u:${PASSWORD}#x@h/d`, 'must look like'],
    [`postgres://u:${PASSWORD}/x@h/d`, 'must look like'],
    [`postgres://u:${PASSWORD}%zz@h/d`, 'must look like'],
    [`postgres://u:${PASSWORD}@h/d#x`, 'must look like'],
    [`postgres://u:${PASSWORD}@h:99999/d`, 'must look like'],
    [`postgres://u:${PASSWORD}@h:0/d`, 'a port from 1 to 65535'],
    [`postgres://u:${PASSWORD}@h/d?sslmode=disable&sslmode=require`, 'one sslmode'],
    [`postgres://u%00:${PASSWORD}@h/d`, 'no control characters'],
    [`postgres://u:${PASSWORD}%00@h/d`, 'no control characters'],
    [`postgres://u:${PASSWORD}@h/d%0A`, 'no control characters'],
    [`postgres://u:${PASSWORD}@%2Ftmp%00/d`, 'no control characters'],
    [`postgres:${PASSWORD}`, 'must'],
  ])('%s is refused, and nothing of it repeated', (url, complaint) => {
    let message = '';
    try {
      readDatabaseUrl(url);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidSetting);
      ({ message } = error as Error);
    }
    expect(message).toContain(complaint);
    expect(message).not.toContain(PASSWORD);
  });
});
