/** The used part of swagger-ui-dist's global. The published types describe another package. */
declare function SwaggerUIBundle(options: object): void;

interface SwaggerSystem {
  readonly authSelectors: { authorized(): { keySeq(): { toArray(): string[] } } };
  readonly authActions: { logoutWithPersistOption(names: string[]): void };
  readonly getSystem: () => {
    readonly fn: {
      readonly getSampleSchema: (schema: object, contentType: string | false, ...more: unknown[]) => unknown;
    };
  };
}

interface SwaggerSchema {
  readonly type?: string;
  readonly example?: unknown;
  readonly enum?: unknown;
}
