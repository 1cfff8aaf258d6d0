import MarkdownIt from 'markdown-it';
import type { VNode } from 'preact';

/** HTML inside Markdown is escaped. */
const markdown = new MarkdownIt({ html: false });
// A block quote in a description renders as a notice.
markdown.renderer.rules.blockquote_open = () => '<div class="notice" role="note">';
markdown.renderer.rules.blockquote_close = () => '</div>';

/** Renders a Markdown description as paragraphs. */
export function Markdown({ text }: { readonly text: string | undefined }): VNode | null {
  if (!text) return null;
  return <div class="text" dangerouslySetInnerHTML={{ __html: markdown.render(text) }} />;
}

/** Renders Markdown inline. */
export function MarkdownLine({ text }: { readonly text: string | undefined }): VNode | null {
  if (!text) return null;
  return <span dangerouslySetInnerHTML={{ __html: markdown.renderInline(text) }} />;
}

/** A section of a text, below a first-level heading. */
export interface Chapter {
  readonly title: string;
  readonly text: string;
}

/**
 * Splits a text at its first-level headings.
 * @param firstTitle the title for the text before the first heading
 */
export function chaptersOf(text: string, firstTitle: string): Chapter[] {
  const lines = text.split('\n');
  const headings = markdown.parse(text, {}).flatMap(({ type, tag, map }) => {
    return type === 'heading_open' && tag === 'h1' && map !== null ? [map] : [];
  });
  const starts = [[0, 0] as const, ...headings];
  return starts
    .map(([start, end], index) => ({
      title: end === 0 ? firstTitle : (lines[start] ?? '').replace(/^#\s+/, ''),
      text: lines
        .slice(end, starts[index + 1]?.[0])
        .join('\n')
        .trim(),
    }))
    .filter(({ text: content }) => content !== '');
}
