import type { DataSource } from 'typeorm';
import { newerSchemaOf } from './schema-gate.js';

const known = { constructor: { name: 'Known1799400000000' } };
const gate = { version: '9.9.9', oldest_version: '0.1.0', oldest_schema: '1799400000000' };

async function mayRun(rows: readonly object[]): Promise<boolean | undefined> {
  const dataSource = { migrations: [known] } as unknown as Pick<DataSource, 'migrations'>;
  const statements = { query: () => Promise.resolve(rows) } as unknown as Pick<DataSource, 'query'>;
  return (await newerSchemaOf(dataSource, statements, ['Known1799400000000', 'Later2799400000000']))?.mayRun;
}

describe('A database that a newer version has migrated', () => {
  it('may be served while its gate says so', async () => {
    expect(await mayRun([gate])).toBe(true);
  });

  it.each([
    ['no row', []],
    ['two rows', [gate, { ...gate, oldest_schema: '2799400000000' }]],
    ['a later schema', [{ ...gate, oldest_schema: '2799400000000' }]],
    ['an empty schema', [{ ...gate, oldest_schema: '' }]],
    ['a schema that is no number', [{ ...gate, oldest_schema: '0.1.0' }]],
    ['no schema', [{ ...gate, oldest_schema: null }]],
  ])('may not be served where the gate has %s', async (_, rows) => {
    expect(await mayRun(rows)).toBe(false);
  });
});
