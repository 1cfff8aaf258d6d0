import { spawnSync } from 'node:child_process';

/** A program that some tests need, and that a developer's machine may lack. */
export interface NeededProgram {
  /** What messages call it. */
  readonly name: string;
  readonly command: string;
  /** Has it print its version, and end with 0. */
  readonly versionOption: string;
  /** Where it is 1, a program that is missing fails the tests. */
  readonly requiredBy: string;
}

/** Tests that need a program; where there is none they are left out, and say so, unless its variable is 1. */
export function describeWithProgram(
  { name: program, command, versionOption, requiredBy }: NeededProgram,
  name: string,
  tests: () => void,
): void {
  const isThere = spawnSync(command, [versionOption], { stdio: 'ignore' }).status === 0;
  if (isThere || process.env[requiredBy] === '1') {
    describe(name, tests);
    return;
  }
  process.stderr.write(`Left out, for want of ${program}: ${name}\n`);
  describe.skip(name, () => {
    it(`needs ${program}`, () => undefined);
  });
}
