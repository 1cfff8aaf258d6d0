import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import http from 'highlight.js/lib/languages/http';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import type { VNode } from 'preact';

const GRAMMARS = { shell: bash, http, javascript, json, python, ruby };
for (const [name, grammar] of Object.entries(GRAMMARS)) hljs.registerLanguage(name, grammar);

const LABELS: Readonly<Record<string, string>> = {
  shell: 'Shell',
  ruby: 'Ruby',
  python: 'Python',
  javascript: 'JavaScript',
  http: 'HTTP',
  json: 'JSON',
};

export interface CodeBlockProps {
  readonly language: string;
  readonly source: string;
  /** The accessible name, for screen readers. */
  readonly name: string;
}

/** Highlighted code with a copy button. */
export function CodeBlock({ language, source, name }: CodeBlockProps): VNode {
  return (
    <div class="block">
      <p class="caption">
        <span>{LABELS[language] ?? language}</span>
        <button type="button" class="copy" aria-label={`Copy: ${name}`}>
          Copy
        </button>
      </p>
      <pre dir="ltr">
        {hljs.getLanguage(language) === undefined ? (
          <code>{source}</code>
        ) : (
          <code dangerouslySetInnerHTML={{ __html: hljs.highlight(source, { language }).value }} />
        )}
      </pre>
    </div>
  );
}
