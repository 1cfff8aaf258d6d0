import type { OpenAPIObject } from '@nestjs/swagger';
import type { VNode } from 'preact';
import { CodeBlock } from './code-block.js';
import { AccountLink } from './login-panel.js';
import { type CodeSample, groupsOf, samplesOf } from './operations.js';

/** The languages of a document's samples, in order of appearance. */
export function languagesOf(document: OpenAPIObject): Pick<CodeSample, 'lang' | 'label'>[] {
  const operations = groupsOf(document).flatMap((group) => group.operations);
  const samples = operations.flatMap(({ operation }) => samplesOf(operation));
  return [...new Map(samples.map(({ lang, label }) => [lang, { lang, label }])).values()];
}

/** The samples of one operation. Only the selected language is visible; without JavaScript, all are. */
export function Samples({
  samples,
  title,
}: {
  readonly samples: readonly CodeSample[];
  readonly title: string;
}): VNode {
  return (
    <>
      {samples.map(({ lang, label, source }) => (
        <div key={label} class="sample" data-language={lang} role="tabpanel" aria-labelledby={`language-${lang}`}>
          <CodeBlock language={lang} source={source} name={`${title}, ${label}`} />
        </div>
      ))}
    </>
  );
}

/** The tabs that switch every sample of the page at once. */
export function LanguageTabs({ languages }: { readonly languages: ReturnType<typeof languagesOf> }): VNode | null {
  if (languages.length === 0) return null;
  return (
    <div class="bar">
      <div class="languages" role="tablist" aria-label="Language of the samples">
        {languages.map(({ lang, label }, index) => (
          <button
            key={lang}
            type="button"
            role="tab"
            id={`language-${lang}`}
            data-language={lang}
            aria-selected={index === 0}
            tabIndex={index === 0 ? 0 : -1}
          >
            {label}
          </button>
        ))}
      </div>
      <AccountLink />
    </div>
  );
}
