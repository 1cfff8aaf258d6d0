import { CONTENT_TYPES, entityTagOf, type StaticFile } from './static-file.js';

/** Stands where the server's URL will. No text that it is written into escapes any of its letters, nor any of a URL's. */
export const URL_PLACEHOLDER = 'https://public-url.invalid';

/**
 * A text that names the server's URL in many places. It is made once, whatever names the server is asked by: making it
 * takes far longer than asking for it.
 */
export class UrlTemplate {
  /** What stands between the places. */
  private readonly parts: readonly Buffer[];
  private readonly etag: string;
  /** Nearly everyone asks by the same name. One file is kept, so that many names cannot fill the memory. */
  private latest: { readonly url: string; readonly file: StaticFile } | undefined;

  constructor(
    text: string,
    private readonly extension: keyof typeof CONTENT_TYPES,
  ) {
    this.parts = text.split(URL_PLACEHOLDER).map((part) => Buffer.from(part));
    this.etag = entityTagOf(text);
  }

  /** The text for a server that is reached by a URL. */
  at(url: string): StaticFile {
    if (this.latest?.url !== url) this.latest = { url, file: this.fillIn(url) };
    return this.latest.file;
  }

  private fillIn(url: string): StaticFile {
    const bytes = Buffer.from(url);
    const body = Buffer.concat(this.parts.flatMap((part, index) => (index === 0 ? [part] : [bytes, part])));
    return { body, contentType: CONTENT_TYPES[this.extension], etag: entityTagOf(this.etag + url) };
  }
}
