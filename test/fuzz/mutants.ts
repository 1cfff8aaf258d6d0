import { changedProgram, type Change, CHEAP_HASH } from '../support/changed-program.js';

/** Faults of each kind that the model knows: what is changed in the built program. */
const CHANGES: Readonly<Record<string, Change>> = {
  'session-of-anybody': [/(Session, \{\s*id),\s*userId(,\s*ended)/, '$1$2'],
  'auth-header-of-anybody': [
    /userId = :userId AND \$\{column\} = :value/,
    '(userId = :userId OR 1 = 1) AND ${column} = :value',
  ],
  'list-of-everybody': [/userId: "session\.userId = :userId"/, 'userId: "(session.userId = :userId OR 1 = 1)"'],
  'fault-at-nul': [/const compatible = /, 'if (text.includes("\\0")) throw new Error("NUL");\n\tconst compatible = '],
  'undocumented-status': [
    /reply\.status\(error\.status\)/,
    'reply.status(error.code === "already_taken" ? 422 : error.status)',
  ],
  'cache-not-evicted': [
    /(for \(const key of revoked\.flatMap\([^;]*?\) )this\.principals\.delete\(key\);/,
    '$1void key;',
  ],
  'values-for-auth-headers': [/(ownerField === void 0 && )credential\.kind === "jwt" && /, '$1'],
  'scope-not-asked': [/\(kind === "jwt" \|\| scopes\.includes\(scope\)\)/, 'true'],
};

export const MUTANTS = Object.keys(CHANGES);

/** The built program with a fault and a cheap hash. @returns the path of its `main.js` */
export function mutantProgram(name: string): string {
  const change = CHANGES[name];
  if (change === undefined) throw new Error(`There is no mutant ${name}`);
  return changedProgram([CHEAP_HASH, change]);
}
