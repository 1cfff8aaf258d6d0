import { CONTENT_TYPES, hashOf, StaticFile } from '../pages/static-file.js';

/** The placeholder for the server's URL. No embedding format escapes its characters, nor those of a valid URL. */
export const URL_PLACEHOLDER = 'https://public-url.invalid';

/**
 * A text that contains the server's URL in many places. It is rendered once and filled in for each URL, because rendering
 * takes far longer than serving.
 */
export class UrlTemplate {
  /** The text between the placeholders. */
  private readonly parts: readonly Buffer[];
  private readonly hash: string;
  /** Nearly all requests use the same URL. Only the latest file is cached, so that many host names cannot fill the memory. */
  private latest: { readonly url: string; readonly file: StaticFile } | undefined;

  constructor(
    text: string,
    private readonly extension: keyof typeof CONTENT_TYPES,
  ) {
    this.parts = text.split(URL_PLACEHOLDER).map((part) => Buffer.from(part));
    this.hash = hashOf(text);
  }

  /** The text for the given URL of the server. */
  at(url: string): StaticFile {
    if (this.latest?.url !== url) this.latest = { url, file: this.fillIn(url) };
    return this.latest.file;
  }

  private fillIn(url: string): StaticFile {
    const bytes = Buffer.from(url);
    const body = Buffer.concat(this.parts.flatMap((part, index) => (index === 0 ? [part] : [bytes, part])));
    return new StaticFile(body, CONTENT_TYPES[this.extension], hashOf(this.hash + url));
  }
}
