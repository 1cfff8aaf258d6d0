import 'reflect-metadata';
import { loadSettings } from './load-settings.js';
import { warnOfUnused } from './unused-settings.js';

describe('warnOfUnused', () => {
  const database = (url: string) => loadSettings({ DATABASE_URL: url }).database;

  it.each([
    ['sqlite:data/personas.sqlite', ['DATABASE_CA_FILE is not used: the database is a file (DATABASE_URL)']],
    [
      'postgres://u@h/d?sslmode=disable',
      ['DATABASE_CA_FILE is not used: the connection to the database is not encrypted (DATABASE_URL)'],
    ],
    [
      'postgres://u@localhost/d',
      ['DATABASE_CA_FILE is not used: the connection to the database is not encrypted (DATABASE_URL)'],
    ],
    ['postgres://u@localhost/d?sslmode=require', []],
    ['postgres://u@h/d', []],
  ])('names DATABASE_CA_FILE where nothing is checked with it: %s', (url, warnings) => {
    expect(warnOfUnused({ database: database(url), databaseCa: 'a certificate' })).toEqual(warnings);
    expect(warnOfUnused({ database: database(url) })).toEqual([]);
  });

  it('names METRICS_HOST where there are no metrics', () => {
    const settings = (environment: NodeJS.ProcessEnv) => loadSettings({ METRICS_HOST: '0.0.0.0', ...environment });
    expect(warnOfUnused(settings({}))).toEqual(['METRICS_HOST is not used: METRICS_PORT is not set']);
    expect(warnOfUnused(settings({ METRICS_PORT: '9464' }))).toEqual([]);
  });
});
