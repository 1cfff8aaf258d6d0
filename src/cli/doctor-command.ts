import type { Command } from 'commander';
import type { CheckResult } from './checks.js';
import { command, type CommonOptions } from './options.js';
import { print } from './output.js';
import { CommandError } from './command-error.js';

export function doctorCommand(program: Command): void {
  command(
    program,
    'doctor',
    'Checks the settings, the database, the secret, the keys, the clock and the file permissions; changes nothing.',
    'doctor',
    'doctor --json',
  ).action(diagnose);
}

async function diagnose(options: CommonOptions): Promise<void> {
  const { runChecks } = await import('./checks.js');
  const findings = await runChecks();
  const width = findings.reduce((most, { check }) => Math.max(most, check.length), 0);
  const lines = findings.map((finding) => `${labelOf(finding)}  ${finding.check.padEnd(width)}  ${finding.message}`);
  print(options, findings, lines);
  const failed = findings.filter(({ ok }) => !ok).map(({ check }) => check);
  if (failed.length > 0) throw new CommandError(`Failed checks: ${failed.join(', ')}`);
}

function labelOf({ ok, isWarning }: CheckResult): string {
  if (!ok) return 'FAIL';
  return isWarning ? 'warn' : 'ok  ';
}
