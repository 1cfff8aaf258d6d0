import { QueryFailedError } from 'typeorm';
import {
  databaseCodeOf,
  DatabaseUnreachable,
  describeWithoutValues,
  isDatabaseUnavailable,
  isUniqueViolation,
  uniqueColumnOf,
} from './database-errors.js';

/** As TypeORM reports an error of PostgreSQL's driver. */
function failed(error: { code?: string; message?: string }): QueryFailedError {
  return new QueryFailedError('SELECT 1', [], Object.assign(new Error(error.message), error));
}

describe('A database that cannot serve a valid request now', () => {
  it.each([
    ...['08000', '08003', '08006', '08P01', '25006', '25P03', '25P04', '28000', '28P01', '3D000', '40001', '40P01'],
    ...['53000', '53100', '53200', '53300', '55P03', '57014', '57P01', '57P02', '57P03', '57P05', '58030'],
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ])('is told by %s, wrapped or not', (code) => {
    expect(isDatabaseUnavailable(failed({ code }))).toBe(true);
    expect(isDatabaseUnavailable(Object.assign(new Error('x'), { code }))).toBe(true);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Connection terminated',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('is told by %j, which has no code', (message) => {
    expect(isDatabaseUnavailable(failed({ message }))).toBe(true);
    expect(isDatabaseUnavailable(new Error(message))).toBe(true);
    expect(describeWithoutValues(new Error(message))).toBe('database: connection lost');
  });

  it('is told by a connection that cannot be made, whatever the reason', () => {
    const error = new DatabaseUnreachable(Object.assign(new Error('x'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }));
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(databaseCodeOf(error)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it.each(['22001', '22021', '23505', '42601', '42P01', '0A000', 'XX000'])('is not told by %s', (code) => {
    expect(isDatabaseUnavailable(failed({ code }))).toBe(false);
  });
});

describe('A unique violation', () => {
  it('is the same on both databases', () => {
    expect(isUniqueViolation(failed({ code: '23505' }))).toBe(true);
    expect(isUniqueViolation(failed({ code: 'SQLITE_CONSTRAINT', message: 'UNIQUE constraint failed: user.x' }))).toBe(
      true,
    );
    expect(isUniqueViolation(failed({ code: '23503' }))).toBe(false);
  });
});

describe('The column of a unique constraint', () => {
  it.each([
    [
      { code: 'SQLITE_CONSTRAINT', message: 'SQLITE_CONSTRAINT: UNIQUE constraint failed: user.email_key' },
      'email_key',
    ],
    [{ code: '23505', detail: 'Key (username_key)=(erik (the Red)=) already exists.' }, 'username_key'],
    [{ code: '23505', detail: 'Schlüssel »(email_key)=(a@b.cd)« existiert bereits.' }, 'email_key'],
    [{ code: '23505' }, undefined],
  ])('in %j is %s', (driverError, column) => {
    expect(uniqueColumnOf({ driverError })).toBe(column);
  });
});
