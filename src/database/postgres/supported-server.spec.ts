import { describeServer } from './supported-server.js';

const FACTS = {
  version: 'PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu',
  encoding: 'UTF8',
  isStandby: false,
};

describe('A start', () => {
  it.each([
    [FACTS.version, 'PostgreSQL 15.18'],
    ['PostgreSQL 14.0 on x86_64', 'PostgreSQL 14.0'],
    ['PostgreSQL 19beta1 on x86_64', 'PostgreSQL 19beta1'],
  ])('accepts %s', (version, name) => {
    expect(describeServer({ ...FACTS, version }, 'db.example.com')).toBe(name);
  });

  it.each([
    ['CockroachDB CCL v24.1.0 (x86_64-pc-linux-gnu)', 'CockroachDB'],
    ['PostgreSQL 15.2-YB-2024.2.0.0-b0 on x86_64-pc-linux-gnu', 'YugabyteDB'],
    ['PostgreSQL 8.0.2 on i686-pc-linux-gnu, Redshift 1.0.12103', 'Redshift'],
    ['PostgreSQL 13.22 on x86_64-pc-linux-gnu', '13.22'],
    ['MySQL 8', 'no PostgreSQL'],
  ])('refuses %s by its name', (version, name) => {
    expect(() => describeServer({ ...FACTS, version }, 'db.example.com')).toThrow(name);
  });

  it('refuses Aurora DSQL, whose version names PostgreSQL, by its host', () => {
    expect(() => describeServer(FACTS, 'abc123.dsql.us-east-1.on.aws')).toThrow('Aurora DSQL');
  });

  it('refuses a standby, and a database of another encoding', () => {
    expect(() => describeServer({ ...FACTS, isStandby: true }, 'h')).toThrow('standby');
    expect(() => describeServer({ ...FACTS, encoding: 'SQL_ASCII' }, 'h')).toThrow('SQL_ASCII');
  });
});
