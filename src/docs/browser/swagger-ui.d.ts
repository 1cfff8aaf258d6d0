/** What is used here of swagger-ui-dist's global; its own types describe another package. */
declare function SwaggerUIBundle(options: object): void;

interface SwaggerSystem {
  readonly authSelectors: { authorized(): { keySeq(): { toArray(): string[] } } };
  readonly authActions: { logoutWithPersistOption(names: string[]): void };
}
