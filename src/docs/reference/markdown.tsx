import MarkdownIt from 'markdown-it';
import type { VNode } from 'preact';

/** HTML inside Markdown is shown as text. */
const markdown = new MarkdownIt({ html: false });
// What is quoted in a description is a notice to its reader.
markdown.renderer.rules.blockquote_open = () => '<div class="notice" role="note">';
markdown.renderer.rules.blockquote_close = () => '</div>';

/** The Markdown of the document's descriptions, as paragraphs. */
export function Markdown({ text }: { readonly text: string | undefined }): VNode | null {
  if (!text) return null;
  return <div class="text" dangerouslySetInnerHTML={{ __html: markdown.render(text) }} />;
}

/** Markdown within a line. */
export function MarkdownLine({ text }: { readonly text: string | undefined }): VNode | null {
  if (!text) return null;
  return <span dangerouslySetInnerHTML={{ __html: markdown.renderInline(text) }} />;
}

/** A part of a text, below a heading of the first level. */
export interface Chapter {
  readonly title: string;
  readonly text: string;
}

/**
 * Takes a text apart at its headings of the first level.
 * @param firstTitle of what stands before them
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
