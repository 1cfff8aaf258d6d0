import type { Command } from 'commander';
import type { Finding } from './examine.js';
import { command, type CommonOptions } from './options.js';
import { print } from './output.js';
import { Refusal } from './refusal.js';

export function doctorCommand(program: Command): void {
  command(
    program,
    'doctor',
    'Checks the settings, the database, the secret, the keys, the clock and who may read the files; changes nothing.',
    'doctor',
    'doctor --json',
  ).action(diagnose);
}

async function diagnose(options: CommonOptions): Promise<void> {
  const { examine } = await import('./examine.js');
  const findings = await examine();
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map((finding) => `${labelOf(finding)}  ${finding.check.padEnd(width)}  ${finding.message}`);
  print(options, findings, lines);
  const failed = findings.filter(({ ok }) => !ok).map(({ check }) => check);
  if (failed.length > 0) throw new Refusal(`Not in order: ${failed.join(', ')}`);
}

function labelOf({ ok, isWarning }: Finding): string {
  if (!ok) return 'FAIL';
  return isWarning ? 'warn' : 'ok  ';
}
