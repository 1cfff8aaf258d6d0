import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from './command-line.js';
import { completionNodes } from './completion-nodes.js';
import { completionScript, type Shell, SHELLS } from './completion-scripts.js';

const nodes = completionNodes(commandLine());
const scriptOf = (shell: Shell): string => completionScript(shell, 'personas', nodes);

/** What to type, and some words that must and must not be offered for it. */
const CASES = [
  ['personas ', ['user', 'audit', 'help'], ['list', '--json']],
  ['personas --', ['--version', '--help'], ['user', '--json']],
  ['personas us', ['user'], ['audit']],
  ['personas user ', ['add', 'list', 'unlock'], ['tail', '--json']],
  ['personas user list --', ['--search', '--json', '--wide', '--help'], ['--username', 'add']],
  ['personas user list --search add --', ['--limit'], ['--username']],
  ['personas audit list --outcome ', ['success', 'refused', 'throttled'], ['--json']],
  ['personas audit tail --action user.d', ['user.disable', 'user.delete'], ['user.add']],
  ['personas user list --search ', [], ['--json', 'add']],
  ['personas completion ', ['bash', 'zsh', 'fish'], []],
  ['personas help ', ['user', 'completion'], ['add']],
  ['personas help user ', ['add'], ['--json', 'user']],
  ['personas database backup ', ['a file.sqlite'], []],
  ['personas database backup --', ['--json'], ['a file.sqlite']],
] as const;

/** What each shell offers for a line, by its own machinery. */
const OFFERS: Readonly<Record<Shell, (folder: string, line: string) => string[]>> = {
  bash: (folder, line) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    const act = `source ./script; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _personas
complete -p personas > /dev/null || exit 9
printf '%s\\n' "\${COMPREPLY[@]}"`;
    return outputOf(folder, 'bash', ['--norc', '-c', act]);
  },
  fish: (folder, line) =>
    outputOf(folder, 'fish', ['--no-config', '-c', `source ./script; complete -C "${line}"`]).map((offer) =>
      // A description follows, and a blank is escaped as it has to be typed.
      (offer.split('\t')[0] ?? '').replaceAll('\\ ', ' '),
    ),
  // Its completion runs in an editor of lines only, whose functions are replaced.
  zsh: (folder, line) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    const act = `compdef() { : }; _describe() { print -l -- \${(P)2%%:*} }; compadd() { shift; print -l -- "$@" }
_files() { print -l -- * }; words=(${words.join(' ')}); CURRENT=${words.length}; source ./script; _personas`;
    const current = line.split(' ').at(-1) ?? '';
    return outputOf(folder, 'zsh', ['-f', '-c', act]).filter((offer) => offer.startsWith(current));
  },
};

function outputOf(folder: string, command: string, args: readonly string[]): string[] {
  const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  expect([command, status, stderr]).toEqual([command, 0, '']);
  return stdout.split('\n').filter(Boolean);
}

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version'], { stdio: 'ignore' }).status === 0;

describe('Completion', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'personas-completion-'));
    writeFileSync(join(folder, 'a file.sqlite'), '');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(SHELLS.filter(isInstalled))('is a script that %s accepts', (shell) => {
    writeFileSync(join(folder, 'script'), scriptOf(shell));
    expect(outputOf(folder, shell, ['-n', 'script'])).toEqual([]);
  });

  const runnable = SHELLS.filter(isInstalled);
  it.each(runnable.flatMap((shell) => CASES.map(([line, offered, hidden]) => ({ shell, line, offered, hidden }))))(
    'in $shell of "$line" offers what can follow',
    ({ shell, line, offered, hidden }) => {
      writeFileSync(join(folder, 'script'), scriptOf(shell));
      const offers = OFFERS[shell](folder, line);
      for (const word of offered) expect(offers).toContain(word);
      for (const word of hidden) expect(offers).not.toContain(word);
      if (offered.length === 0) expect(offers).toEqual([]);
    },
  );

  it.each(SHELLS)('for %s names every command and every option', (shell) => {
    const script = scriptOf(shell);
    const words = nodes.flatMap(({ commands, options }) => [...commands, ...options].map(({ word }) => word));
    expect(words.length).toBeGreaterThan(100);
    for (const word of new Set(words)) expect(script).toContain(shell === 'fish' ? word.replace(/^--/, '') : word);
  });
});
