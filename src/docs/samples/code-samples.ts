import { writeJavaScript } from './javascript.js';
import { writePython } from './python.js';
import { writeRuby } from './ruby.js';
import type { SampleRequest } from './sample-request.js';
import { writeShell } from './shell.js';

/** One sample, in the format of the `x-codeSamples` extension. */
export interface CodeSample {
  readonly lang: string;
  /** The display name of the language. */
  readonly label: string;
  readonly source: string;
}

const LANGUAGES = [
  { lang: 'shell', label: 'Shell', write: writeShell },
  { lang: 'ruby', label: 'Ruby', write: writeRuby },
  { lang: 'python', label: 'Python', write: writePython },
  { lang: 'javascript', label: 'JavaScript', write: writeJavaScript },
] as const;

/** The samples of a request in every language of the reference, in order. */
export function codeSamples(request: SampleRequest): CodeSample[] {
  return LANGUAGES.map(({ lang, label, write }) => ({ lang, label, source: write(request) }));
}
