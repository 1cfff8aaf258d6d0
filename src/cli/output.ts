import { masked, maskedJson } from './mask.js';
import type { CommonOptions } from './options.js';

/** Prints a result: as JSON with `--json`, else as lines for people. */
export function print({ json }: CommonOptions, result: unknown, lines: readonly string[]): void {
  const text = json === true ? maskedJson(result) : lines.map(masked).join('\n');
  process.stdout.write(`${text}\n`);
}
