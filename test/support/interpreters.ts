import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newFolder } from './server.js';

const run = promisify(execFile);

/** The languages of the reference, by the names that the document gives them, and what runs a program of each. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  shell: 'bash',
  ruby: 'ruby',
  python: 'python3',
  javascript: 'node',
};

/** What a language's samples call; a shell can do nothing without curl. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(INTERPRETERS).map(([language, interpreter]) => [language, [interpreter]])),
  shell: ['bash', 'curl'],
};

export const LANGUAGES = Object.keys(INTERPRETERS);

/** The languages that are there to be run. Where one is missing, a line says so; in CI, none may be. */
export function installedLanguages(): string[] {
  const isThere = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
  const installed = LANGUAGES.filter((language) => NEEDED[language]?.every(isThere));
  const missing = LANGUAGES.filter((language) => !installed.includes(language)).join(', ');
  if (missing !== '' && process.env.CI_REQUIRES_LANGUAGES) throw new Error(`Not installed: ${missing}`);
  if (missing !== '') process.stderr.write(`Samples not run, for want of their language: ${missing}\n`);
  return installed;
}

/** Runs a program with the Python of the system, to which the packages of Debian belong. @returns what it printed. */
export async function runPython(program: string, env: Record<string, string>): Promise<string> {
  const { stdout } = await run('/usr/bin/python3', ['-c', program], { timeout: 20_000, env });
  return stdout;
}

let python: string | undefined;

function interpreterOf(language: string): string {
  const name = INTERPRETERS[language];
  if (name === undefined) throw new Error(`No such language: ${language}`);
  if (language !== 'python') return name;
  // A version manager puts a script in its place, which takes longer to find the interpreter than that takes to start.
  return (python ??= spawnSync(name, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim());
}

/** Runs a program to its end, as it stands; answers what it printed, and fails as it fails. */
export async function runProgram(language: string, program: string, env: Record<string, string> = {}): Promise<string> {
  const interpreter = interpreterOf(language);
  const file = join(newFolder(), 'sample');
  writeFileSync(file, program);
  // Nothing of the machine's own settings reaches the program, such as a proxy that it would ask.
  const own = { PATH: process.env.PATH, LANG: 'C.UTF-8', ...env };
  const { stdout } = await run(interpreter, [file], { timeout: 20_000, env: own });
  return stdout;
}
