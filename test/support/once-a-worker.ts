import { join } from 'node:path';

/** The packages that are loaded so, and what each exports. */
interface Packages {
  'ajv/dist/2020.js': typeof import('ajv/dist/2020.js');
  'ajv-formats': typeof import('ajv-formats');
  'playwright-core': typeof import('playwright-core');
}

// Jest's own `require` loads and compiles a package again for each test file. A seventh of its processor time went into these.
const requireOfNode = process.getBuiltinModule('node:module').createRequire(__filename);

/** A package as Node loads it: once for all test files of a worker. None of its functions may be replaced by a test. */
export function loadOnce<Name extends keyof Packages>(name: Name): Packages[Name] {
  return requireOfNode(name) as Packages[Name];
}

/**
 * A value that all test files of a worker share, and none changes. It must be data, or come from a package of {@link loadOnce}:
 * Jest takes the globals away from the code of a test file that has ended. Where it could not be made, the next file tries again.
 */
export async function madeOnce<Value>(key: string, make: () => Promise<Value>): Promise<Value> {
  const memory = requireOfNode(join(__dirname, 'worker-memory.cjs')) as Map<string, Value>;
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = await make();
  memory.set(key, made);
  return made;
}
