import type { TlsMode } from '../../config/database-address.js';
import { PostgresConnection } from './postgres-connection.js';

function connection(tls: TlsMode, databaseCa?: string, databasePoolMax = 10): PostgresConnection {
  const address = { kind: 'postgres', host: 'h', port: 1, user: 'u', password: 's3cret', database: 'd', tls } as const;
  return new PostgresConnection(address, {
    databasePrepared: true,
    databasePoolMax,
    ...(databaseCa === undefined ? {} : { databaseCa }),
  });
}

describe('A connection to PostgreSQL', () => {
  it('is verified in full, with the given authority or with those of Node', () => {
    expect(connection('verify-full').parameters.ssl).toEqual({ rejectUnauthorized: true });
    expect(connection('verify-full', 'pem').parameters.ssl).toEqual({ ca: 'pem', rejectUnauthorized: true });
  });

  it('is encrypted only, where that is asked for; with an authority, its certificate is checked', () => {
    expect(connection('require').parameters.ssl).toMatchObject({ rejectUnauthorized: false });
    expect(connection('require', 'pem').parameters.ssl).toMatchObject({ ca: 'pem', rejectUnauthorized: true });
  });

  it('says where TLS is off, so that no variable of libpq turns it on or off', () => {
    expect(connection('disable').parameters.ssl).toBe(false);
  });

  it('has no parameter that a pooler refuses', () => {
    const parameters = Object.keys(connection('disable').parameters);
    expect(parameters).not.toEqual(expect.arrayContaining([expect.stringMatching(/timeout$|^options$/)]));
  });

  it.each([3, 4, 5, 10, 1000])('leaves look-ups one of %i connections, whatever changes and lists wait for', (max) => {
    const { changes, lists } = connection('disable', undefined, max).atOnce;
    expect(changes).toBeGreaterThan(0);
    expect(lists).toBeGreaterThan(0);
    expect(changes + lists).toBeLessThan(max);
  });

  it('has a name without the password', () => {
    expect(connection('disable').name).toBe('the database d at h:1');
  });
});
