import type { Command } from 'commander';
import type { CheckResult } from './checks.js';
import { command, type CommonOptions } from './options.js';
import { FinishedLine, print } from './output.js';
import { CommandError } from './command-error.js';
import { masked } from './mask.js';
import { type Style, styled, viewOf } from './terminal.js';

export function doctorCommand(program: Command): void {
  command(
    program,
    'doctor',
    'Checks the settings, the database, the secret, the keys, the clock, the mail server and the file permissions; changes nothing.',
    'doctor',
    'doctor --mail me@example.com',
    'doctor --json',
  )
    .option('--mail <address>', 'send a test mail to the address, and say what the mail server answers')
    .action(diagnose);
}

interface DoctorOptions extends CommonOptions {
  readonly mail?: string;
}

async function diagnose(options: DoctorOptions): Promise<void> {
  const { runChecks } = await import('./checks.js');
  const findings = await runChecks(options.mail);
  const width = findings.reduce((most, { check }) => Math.max(most, check.length), 0);
  const view = viewOf(process.stdout);
  const lines = findings.map((finding) => {
    const [label, style] = labelOf(finding);
    return new FinishedLine(
      `${styled(label, style, view)}  ${finding.check.padEnd(width)}  ${masked(finding.message)}`,
    );
  });
  print(options, findings, lines);
  const failed = findings.filter(({ ok }) => !ok).map(({ check }) => check);
  if (failed.length > 0) throw new CommandError(`Failed checks: ${failed.join(', ')}`);
}

function labelOf({ ok, isWarning }: CheckResult): [label: string, style: Style] {
  if (!ok) return ['FAIL', 'red'];
  return isWarning ? ['warn', 'yellow'] : ['ok  ', 'green'];
}
