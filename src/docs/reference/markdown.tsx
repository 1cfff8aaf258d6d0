import MarkdownIt from 'markdown-it';
import type { VNode } from 'preact';

/** HTML inside Markdown is shown as text. */
const markdown = new MarkdownIt({ html: false });

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
