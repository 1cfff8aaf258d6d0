/** A kind of database that the whole suite runs on. */
export type DatabaseKind = 'sqlite' | 'postgres';

/** The one that this test file runs on now. `jest.config.mjs` sets it for each project; Jest's setups are outside of any. */
export const TESTED_DATABASE = ((globalThis as { TESTED_DATABASE?: DatabaseKind }).TESTED_DATABASE ??
  'sqlite') satisfies DatabaseKind;
