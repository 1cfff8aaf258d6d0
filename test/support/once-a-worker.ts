import { join } from 'node:path';

// Jest's own `require` loads and compiles a package again for each test file. A fifth of its processor time went into two of them.
const requireOfNode = process.getBuiltinModule('node:module').createRequire(__filename);

/** A package as Node loads it: once for all test files of a worker. None of its functions may be replaced by a test. */
export function loadOnce<Package>(name: string): Package {
  return requireOfNode(name) as Package;
}

/**
 * A value that all test files of a worker share. It must be data, or come from a package of {@link loadOnce}: Jest takes the
 * globals away from the code of a test file that has ended.
 */
export function madeOnce<Value>(key: string, make: () => Value): Value {
  const memory = loadOnce<Map<string, Value>>(join(__dirname, 'worker-memory.cjs'));
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
