import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const FILE = join(import.meta.dirname, '../docs/benchmarks.md');
const BEGIN = '<!-- results: written by `npm run bench` -->';
const END = '<!-- end of results -->';

/** Formats the text as in the document. */
export async function formatted(markdown) {
  return format(markdown, { ...(await resolveConfig(FILE)), parser: 'markdown' });
}

/** Replaces only the results in the document. */
export async function writeResults(markdown) {
  const document = readFileSync(FILE, 'utf8');
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${FILE} has lost the lines its results stand between`);
  writeFileSync(FILE, await formatted(`${before}${BEGIN}\n\n${markdown}\n\n${END}${after}`));
}
