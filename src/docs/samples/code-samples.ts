import { writeJavaScript } from './javascript.js';
import { writePython } from './python.js';
import { writeRuby } from './ruby.js';
import type { SampleRequest } from './sample-request.js';
import { writeShell } from './shell.js';

/** One sample, as readers of OpenAPI documents know them (`x-codeSamples`). */
export interface CodeSample {
  readonly lang: string;
  /** The language's name for people. */
  readonly label: string;
  readonly source: string;
}

const LANGUAGES = [
  { lang: 'shell', label: 'Shell', write: writeShell },
  { lang: 'ruby', label: 'Ruby', write: writeRuby },
  { lang: 'python', label: 'Python', write: writePython },
  { lang: 'javascript', label: 'JavaScript', write: writeJavaScript },
] as const;

/** A request in every language of the reference, in its order. */
export function codeSamples(request: SampleRequest): CodeSample[] {
  return LANGUAGES.map(({ lang, label, write }) => ({ lang, label, source: write(request) }));
}
